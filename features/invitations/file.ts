import type { FileProblem } from "../../engine/files/file-problem";
import type { RowLine } from "../../engine/files/rows";
import { normaliseMailbox } from "../../engine/sign-up/spellings";
import { languageFlaw, MAX_TEXT_LENGTH, readTag } from "../../engine/sign-up/text";
import { normalisePossibleEmail } from "../../engine/unmatched";
import type { Invitee } from "../approvals/invite-person";
import { isOwnSponsor } from "../approvals/own-request";

// A file of people to invite: CSV or JSON Lines, or one of the Entra admin center.

/** The file's columns, for `parseRows`. */
export const inviteeColumns = { known: ["email", "language", "sponsor", "note"], required: ["email"], address: "email" } as const;

/** A person of a file, or of typed addresses. */
export interface ListedInvitee extends Omit<Invitee, "gate"> {
  readonly note?: string | undefined;
}

export type InviteeProblem =
  | { readonly kind: "row"; readonly problem: FileProblem }
  | { readonly kind: "no-text"; readonly column: string }
  | { readonly kind: "address" | "language" | "own-sponsor"; readonly text: string }
  /** The row of one of Microsoft's files wants no mail. */
  | { readonly kind: "no-mail" }
  | { readonly kind: "long-note" };

export type InviteeLine =
  | { readonly line: number; readonly invitee: ListedInvitee }
  | { readonly line: number; readonly problem: InviteeProblem };

/** A line whose mailbox is named before. */
export interface RepeatedLine {
  readonly line: number;
  /** The line that counts. Undefined if the mailbox was typed, beside the file. */
  readonly first: number | undefined;
}

/** Names each mailbox once: what was typed counts before the file, and an earlier line before a later one. */
export function joinInvitees(
  typed: readonly ListedInvitee[],
  lines: readonly InviteeLine[],
): { readonly invitees: readonly ListedInvitee[]; readonly repeated: readonly RepeatedLine[] } {
  const firstLines = new Map<string, number | undefined>();
  const invitees: ListedInvitee[] = [];
  const repeated: RepeatedLine[] = [];
  for (const each of [...typed.map((invitee) => ({ invitee, line: undefined })), ...lines]) {
    if (!("invitee" in each)) continue;
    const { invitee, line } = each;
    const mailbox = normaliseMailbox(invitee.email);
    if (!firstLines.has(mailbox)) invitees.push(invitee);
    else if (line !== undefined) repeated.push({ line, first: firstLines.get(mailbox) });
    if (!firstLines.has(mailbox)) firstLines.set(mailbox, line);
  }
  return { invitees, repeated };
}

/** Reads a row of the file. @param shared what counts for people whose row does not say it */
export function readInvitee(row: RowLine, shared: Omit<ListedInvitee, "email">): InviteeLine {
  const { line } = row;
  if ("problem" in row) return { line, problem: { kind: "row", problem: row.problem } };
  const refuse = (problem: InviteeProblem): InviteeLine => ({ line, problem });
  const cells = new Map<string, string>();
  for (const column of [...inviteeColumns.known, "sendEmail"]) {
    const cell = row.cells[column] ?? "";
    if (typeof cell !== "string") return refuse({ kind: "no-text", column });
    cells.set(column, cell.trim());
  }
  const read = (column: string) => cells.get(column) ?? "";
  const email = normalisePossibleEmail(read("email"));
  if (email === undefined) return refuse({ kind: "address", text: read("email") });
  if (read("sendEmail").toLowerCase() === "false") return refuse({ kind: "no-mail" });
  const note = read("note");
  if (note.length > MAX_TEXT_LENGTH) return refuse({ kind: "long-note" });
  const language = readTag(read("language"))?.toString();
  if (read("language") !== "" && (language === undefined || languageFlaw({ [language]: "" }) !== undefined))
    return refuse({ kind: "language", text: read("language") });
  const sponsor = read("sponsor") === "" ? shared.sponsor : normalisePossibleEmail(read("sponsor"));
  if (read("sponsor") !== "" && sponsor === undefined) return refuse({ kind: "address", text: read("sponsor") });
  if (isOwnSponsor({ email, sponsor })) return refuse({ kind: "own-sponsor", text: email });
  return { line, invitee: { ...shared, email, language: language ?? shared.language, sponsor, note: note || shared.note } };
}
