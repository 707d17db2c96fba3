import { pageTexts } from "../../engine/operator/page-texts";
import type { UndoObjection } from "./job";

/** Reasons for which an act on many people is not undone. */
export const undoWords = pageTexts({
  unknown: ["There is no such act, or it is more than 30 days old.", "없거나 30일이 지난 작업입니다."],
  "no-undo": ["This act cannot be undone as a whole.", "한 번에 실행 취소할 수 없는 작업입니다."],
  unfinished: ["This act goes on: it can be undone once it is finished.", "진행 중인 작업입니다. 끝난 뒤에 실행 취소할 수 있습니다."],
  undone: ["This act was undone already.", "이미 실행 취소한 작업입니다."],
} satisfies Readonly<Record<UndoObjection, readonly [string, string]>>);
