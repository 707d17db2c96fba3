import { type EndProblem, readEndProblem } from "../../engine/end-problem";
import type { FileProblem } from "../../engine/files/file-problem";
import type { UnmatchedProblem } from "../../engine/unmatched";
import type { EntryProblem } from "./entry";
import type { ListColumn } from "./files/columns";
import type { RowProblem } from "./row";

/** What is wrong with a row in the table. */
export type StoredRowProblem =
  | EntryProblem
  | RowProblem
  | EndProblem
  | UnmatchedProblem
  | { readonly code: "unusedClass"; readonly name: string }
  | { readonly code: "keyTooLong" };

/** What is wrong with a row of a file or a form. */
export type TypedRowProblem =
  | EntryProblem
  | RowProblem
  | EndProblem
  | UnmatchedProblem
  | FileProblem
  | { readonly code: "noEntry" | "entryNotText" | "entryTooLong" | "noteNotText" | "formulaNote" }
  | { readonly code: "repeatedEntry"; readonly line: number; readonly entry: string }
  | { readonly code: "allowedAndDenied"; readonly line: number };

export type ListProblem = StoredRowProblem | TypedRowProblem;

const columnsOfCodes: Partial<Readonly<Record<ListProblem["code"], ListColumn>>> = {
  badEffect: "effect",
  badIssuer: "issuer",
  badGates: "gates",
  badEnd: "expiresAt",
  noSuchEnd: "expiresAt",
  unclearEnd: "expiresAt",
  endInOtherOrder: "expiresAt",
  endInOtherForm: "expiresAt",
  earlyEnd: "expiresAt",
  serialEnd: "expiresAt",
  noteNotText: "note",
};

/** The cell that a problem is about. Whatever is about none is the entry's. */
export function problemColumn({ code }: TypedRowProblem): ListColumn {
  return columnsOfCodes[code] ?? "entry";
}

/** Says more closely why an end cannot be read. The steps of a sign-up, which read rows too, need not know. */
export function refineEnds(problems: readonly RowProblem[], end: unknown): readonly (RowProblem | EndProblem)[] {
  return problems.map((problem) => (problem.code === "badEnd" ? readEndProblem(end) : problem));
}
