import { createHash } from "node:crypto";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output, warnOfRest } from "../../../cli/output";
import { explainFileErrors, openInput } from "../../../cli/rows-file";
import { describePassedOver } from "../../../engine/files/file-problem";
import type { ListFormat } from "../../../engine/files/format";
import { isUnlikelyIssuer } from "../../../engine/sign-up/issuers";
import type { Concern } from "../breadth";
import { concernWords } from "../entry-words";
import { type CheckedList, checkList } from "../files/check";
import { type ListLine, readList } from "../files/read";
import { describeProblems } from "../problem-texts";

export interface ListSource {
  readonly name: string;
  /** Can be called only once. Throws CommandError if the file as a whole is wrong. */
  lines(): AsyncIterable<readonly ListLine[]>;
  /** Complete only after all rows were read. */
  digest(): string;
}

interface ListSourceOptions {
  readonly format?: ListFormat | undefined;
  /** The effect of the rows of a file without a column `effect`. */
  readonly effect?: string | undefined;
}

/** @param path `-` for standard input, which needs a format */
export function listSource(path: string, { format, effect }: ListSourceOptions, { warn }: Pick<Output, "warn">): ListSource {
  const { name, format: read, text } = openInput(path, format);
  const warnOfPassedOver = (names: readonly string[]) => warn(describePassedOver(names));
  const hash = createHash("sha256").update(`${read} ${effect ?? ""}\n`);
  async function* hashPieces() {
    for await (const piece of text()) {
      hash.update(piece);
      yield piece;
    }
  }
  const lines = () => readList(hashPieces(), read, { onPassedOver: warnOfPassedOver, effect });
  return { name, lines: () => explainFileErrors(name, lines()), digest: () => hash.digest("base64url") };
}

/** Prints problems. Throws if rows are wrong. @param undone ends the error's message, such as "nothing was written" */
export async function checkFile(source: ListSource, undone: string, output: Output, signal: AbortSignal): Promise<CheckedList> {
  const checkedRows = await checkList(source.lines(), signal);
  const { count, first } = checkedRows.problems;
  if (count === 0) return checkedRows;
  for (const { line, problems, about } of first)
    output.warn([`${source.name}:${line}`, ...(about === undefined ? [] : [about]), describeProblems(problems)].join(": "));
  warnOfRest(output, count, first.length);
  throw new CommandError(`${formatCount(count, "row is", "rows are")} wrong; ${undone}.`);
}

export function concernText({ code, about }: Concern): string {
  return concernWords.en[code](about);
}

export function warnOfIssuer(issuer: string | undefined, { warn }: Pick<Output, "warn">): void {
  if (issuer?.trim() && isUnlikelyIssuer(issuer)) warn(`Warning: ${concernWords.en.unknownIssuer(issuer)}`);
}
