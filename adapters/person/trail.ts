import { accountKeys } from "../../engine/access-list/entry";
import type { AuditNews, AuditRow } from "../../engine/audit/entry";
import { numberText } from "../../engine/audit/entry";
import { changeMark } from "../../engine/audit/table-change";
import type { HashOf } from "../../engine/sign-up/person";
import { type Mention, mentionOf } from "./mention";
import type { PersonFound } from "./person";
import type { ErasingStores, PersonStores } from "./stores";

/** Numbers that one entry holds. */
const NUMBERS_AN_ENTRY = 1_000;
/** Nobody looks through more entries that may mention somebody. */
const MOST_UNSURE = 100;

/** Who erases somebody, and by what way; with the keyed hash of whom, where the trail's entries are to be found by it. */
export type ErasedBy = Pick<AuditNews, "by" | "name" | "via" | "person">;

/** What is about to be deleted of the tables that the trail follows. */
export interface Announced {
  readonly table: "access-list" | "profiles" | "approvals" | "list-changes";
  readonly subject: string;
}

/**
 * Some of the trail's entries that name the person. `unsure`: their free text may mention the person, so somebody has to look
 * through them before they are handed out.
 * @param from the number with which the search begins
 */
export async function mentionsOf(
  person: PersonFound,
  trail: NonNullable<PersonStores["trail"]>,
  from?: string,
): Promise<{ readonly rows: readonly AuditRow[]; readonly unsure: readonly AuditRow[]; readonly next?: string }> {
  const mentionIn = mentioning(person);
  for await (const rows of trail.rows(from)) {
    const last = Number(rows.at(-1)?.number);
    const mentions = rows.map(mentionIn);
    const ofKind = (kind: Mention) => rows.filter((_, index) => mentions[index] === kind);
    return { rows: ofKind("sure"), unsure: ofKind("unsure").filter((row) => !tellsOfHandling(row)), next: numberText(last + 1) };
  }
  return { rows: [], unsure: [] };
}

function mentioning({ personIds, accountIds, mailboxes, account }: PersonFound): (row: AuditRow) => Mention | undefined {
  const hashes = new Set([...personIds, ...accountIds]);
  const mentionIn = mentionOf({ mailboxes, ids: [...hashes, ...accountKeys(account === undefined ? [] : [account])] });
  return ({ details, person }) => {
    if (person !== undefined && hashes.has(person)) return "sure";
    const found = details === undefined ? [] : textsIn(details).map(mentionIn);
    return found.includes("sure") ? "sure" : found.find((each) => each !== undefined);
  };
}

/** Every text in an entry's details: a row's key, its cells and their names. */
function textsIn(details: string): readonly string[] {
  const texts: string[] = [];
  try {
    JSON.parse(details, (name, value) => {
      texts.push(name, ...(typeof value === "string" ? [value] : []));
      return value;
    });
  } catch {
    // Altered by hand: the raw text is searched.
    return [details];
  }
  return texts;
}

/** Rows that are about to be deleted: their stream brings them into the trail without what they held. */
export async function announceErasure(
  trail: NonNullable<ErasingStores["trail"]>,
  by: ErasedBy,
  rows: readonly Announced[],
  hashOf: HashOf,
): Promise<void> {
  const marks = rows.map((row) => changeMark(row, hashOf));
  if (marks.length > 0) await trail.tell({ ...by, action: "person.erased", outcome: "begun", count: marks.length, marks }, new Date());
}

/** What an erasure made of the trail. */
export interface ErasedMentions {
  /** How many entries say no more what was changed. */
  readonly entries: number;
  /** Numbers of those whose free text may mention the person: they stay as they are. A hundred at most. */
  readonly unsure: readonly string[];
}

/**
 * Removes what entries say of the person. An entry announces each removal first.
 * @param chosen numbers of entries that somebody has looked through: they go where they may mention the person
 */
export async function eraseMentions(
  person: PersonFound,
  trail: NonNullable<ErasingStores["trail"]>,
  by: ErasedBy,
  chosen: readonly string[],
): Promise<ErasedMentions> {
  const mentionIn = mentioning(person);
  const found: AuditRow[] = [];
  const unsure: string[] = [];
  for await (const rows of trail.rows()) {
    for (const row of rows) {
      const mention = tellsOfHandling(row) ? undefined : mentionIn(row);
      if (mention === "sure" || (mention === "unsure" && chosen.includes(row.number))) found.push(row);
      else if (mention === "unsure" && unsure.length < MOST_UNSURE) unsure.push(row.number);
    }
  }
  const now = new Date();
  for (let at = 0; at < found.length; at += NUMBERS_AN_ENTRY) {
    const some = found.slice(at, at + NUMBERS_AN_ENTRY);
    const numbers = some.map(({ number }) => number);
    await trail.tell({ ...by, action: "person.erased", outcome: "done", count: some.length, numbers }, now);
    for (const row of some) await trail.eraseDetails(row, now);
  }
  return { entries: found.length, unsure };
}

/** Such an entry holds no more of the person than a keyed hash, and tells who erased them, or handed out what was stored. */
function tellsOfHandling({ action }: AuditRow): boolean {
  return action.startsWith("person.");
}
