import { type EndProblem, readEndProblem } from "../../engine/end-problem";
import type { FileProblem } from "../../engine/files/file-problem";
import type { UnmatchedProblem } from "../../engine/unmatched";
import type { EntryProblem, ListEffect } from "./entry";
import type { PlainColumn } from "./entry-columns";
import type { ListColumn, RowProblem } from "./row";

/** A cell that exists but holds nothing: NULL, an empty text or an empty list. */
export type EmptyCellProblem = { readonly code: "emptyIssuer" | "emptyGates" | "emptyEnd" | "emptyAllowedUntil" };

/** At gates where no rule asks anybody, an approval denies. @param gates the gates' names, separated by commas */
type AsksNobodyProblem = { readonly code: "asksNobody"; readonly gates: string };

/** Why an entry cannot let people in for a while. @param gates the gates of the entry, separated by spaces. Empty: all gates */
export type SuspensionProblem =
  | { readonly code: "allowedUntilOfTag" | "suspendsUnreadable" | "suspendsUntilPast" }
  | { readonly code: "endsBeforeCurrent"; readonly effect: "approval" | "deny" }
  | { readonly code: "suspendsOtherGates"; readonly gates: string }
  | { readonly code: "suspendsOtherIssuer"; readonly issuer: string };

/** Both lists are separated by commas. */
type UnknownGatesProblem = { readonly code: "unknownGates"; readonly gates: string; readonly known: string };

const ASKS_NOBODY = "no rule asks for approval at ";

export function describeSilence(gates: string): string {
  return `${ASKS_NOBODY}${gates}`;
}

/** Gates at which an approval asks nobody, from a stored problem: for a command that cannot load every policy. */
export function readSilentGates(problem: unknown): readonly string[] {
  const [, gates] = (typeof problem === "string" && new RegExp(`${ASKS_NOBODY}([a-z0-9, -]+)`).exec(problem)) || [];
  return gates?.split(", ") ?? [];
}

export type StoredRowProblem =
  | EntryProblem
  | RowProblem
  | EndProblem
  | EmptyCellProblem
  | UnmatchedProblem
  | { readonly code: "unusedClass"; readonly name: string }
  | AsksNobodyProblem
  | { readonly code: "keyTooLong" };

export type TypedRowProblem =
  | EntryProblem
  | RowProblem
  | EndProblem
  | EmptyCellProblem
  | UnmatchedProblem
  | FileProblem
  | SuspensionProblem
  | { readonly code: "noEntry" | "entryNotText" | "entryTooLong" }
  | { readonly code: "notText"; readonly column: PlainColumn }
  | { readonly code: "formula"; readonly column: PlainColumn }
  | { readonly code: "otherEffect"; readonly effect: ListEffect; readonly given: string }
  | { readonly code: "repeatedEntry"; readonly line: number; readonly entry: string }
  | { readonly code: "allowedAndDenied"; readonly line: number }
  | UnknownGatesProblem;

export type ListProblem = StoredRowProblem | TypedRowProblem;

const columnsOfCodes: Partial<Readonly<Record<ListProblem["code"], ListColumn>>> = {
  badEffect: "effect",
  otherEffect: "effect",
  badIssuer: "issuer",
  badGates: "gates",
  emptyIssuer: "issuer",
  emptyGates: "gates",
  emptyEnd: "expiresAt",
  badEnd: "expiresAt",
  noSuchEnd: "expiresAt",
  unclearEnd: "expiresAt",
  endInOtherOrder: "expiresAt",
  endInOtherForm: "expiresAt",
  earlyEnd: "expiresAt",
  endInMilliseconds: "expiresAt",
  serialEnd: "expiresAt",
  buddhistEnd: "expiresAt",
  badAllowedUntil: "allowedUntil",
  emptyAllowedUntil: "allowedUntil",
  allowedUntilOfTag: "allowedUntil",
  suspendsUntilPast: "expiresAt",
  endsBeforeCurrent: "expiresAt",
  suspendsOtherGates: "gates",
  unknownGates: "gates",
  suspendsOtherIssuer: "issuer",
};

export function problemColumn(problem: TypedRowProblem): ListColumn {
  return ("column" in problem ? problem.column : columnsOfCodes[problem.code]) ?? "entry";
}

const emptyCells = {
  badIssuer: "emptyIssuer",
  badGates: "emptyGates",
  badEnd: "emptyEnd",
  badAllowedUntil: "emptyAllowedUntil",
} as const;

/** Says more precisely why a cell cannot be read. The steps of a sign-up read rows without this. */
export function refineProblems(
  problems: readonly RowProblem[],
  { issuer, gates, expiresAt, allowedUntil }: Readonly<Record<string, unknown>>,
): readonly (RowProblem | EndProblem | EmptyCellProblem)[] {
  const cells = { badIssuer: issuer, badGates: gates, badEnd: expiresAt, badAllowedUntil: allowedUntil };
  return problems.map((problem) => {
    const { code } = problem;
    if (Object.hasOwn(cells, code) && isEmpty(cells[code as keyof typeof cells])) return { code: emptyCells[code as keyof typeof cells] };
    return code === "badEnd" ? readEndProblem(expiresAt) : problem;
  });
}

function isEmpty(cell: unknown): boolean {
  if (Array.isArray(cell)) return cell.every(isEmpty);
  return cell === null || (typeof cell === "string" && cell.trim() === "");
}
