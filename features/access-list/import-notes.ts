import { describePassedOver } from "../../engine/files/file-problem";
import { pageTexts } from "../../engine/operator/page-texts";
import { COMPARED_ROWS } from "./edit-check";

interface ImportFacts {
  /** Number of rows that the file repeats. */
  readonly repeated?: number;
  /** Columns of the file that are not read. */
  readonly passedOver?: readonly string[];
  /** Number of rows that are removed although they are not in the file. */
  readonly overruled?: number;
  /** False if the rows are too many to compare with the entries around them. */
  readonly isCompared?: boolean;
}

/** Returns notes on an import, beside what speaks against its rows. Each door tells what it knows where it knows it. */
export function describeImport({ repeated = 0, passedOver = [], overruled = 0, isCompared = true }: ImportFacts): readonly string[] {
  const notes: string[] = [];
  if (repeated > 0) notes.push(t.repeated(repeated));
  if (passedOver.length > 0) notes.push(describePassedOver(passedOver));
  if (overruled > 0) notes.push(t.overruled);
  if (!isCompared) notes.push(t.apart(COMPARED_ROWS));
  return notes;
}

const t = pageTexts({
  repeated: [(rows: number) => `Repeated in the file: ${rows}.`, (rows) => `파일에 반복된 행: ${rows}.`],
  overruled: [
    "Some entries allow addresses that the file denies, and would win over it, so they are removed.",
    "파일이 거부하는 주소의 기존 허용은 삭제됩니다.",
  ],
  apart: [
    (most: number) => `More than ${most} entries are not compared with the entries around them: list lint does that.`,
    (most) => `항목이 ${most}개를 넘으면 주변 항목과 비교하지 않습니다. list lint 명령으로 비교하세요.`,
  ],
});
