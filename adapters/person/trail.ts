import { mailboxOf } from "../../engine/access-list/spellings";
import type { AuditNews, AuditRow } from "../../engine/audit/entry";
import { numberText } from "../../engine/audit/entry";
import { changeMark } from "../../engine/audit/table-change";
import { normaliseEmail } from "../../engine/sign-up/email";
import type { HashOf } from "../../engine/sign-up/person";
import { mentionOf } from "./mention";
import type { PersonFound } from "./person";
import type { ErasingStores, PersonStores } from "./stores";

/** Numbers that one entry holds. */
const NUMBERS_AN_ENTRY = 1_000;

/** Who erases somebody, and by what way; with the keyed hash of whom, where the trail's entries are to be found by it. */
export type ErasedBy = Pick<AuditNews, "by" | "name" | "via" | "person">;

/** What is about to be deleted of the tables that the trail follows. */
export interface Announced {
  readonly table: "access-list" | "profiles" | "approvals" | "list-changes";
  readonly subject: string;
}

/** Some of the trail's entries that name the person in any way. @param from the number with which the search begins */
export async function mentionsOf(
  person: PersonFound,
  trail: NonNullable<PersonStores["trail"]>,
  from?: string,
): Promise<{ readonly rows: readonly AuditRow[]; readonly next?: string }> {
  const isAbout = mentioning(person);
  for await (const rows of trail.rows(from)) {
    const last = Number(rows.at(-1)?.number);
    return { rows: rows.filter(isAbout), next: numberText(last + 1) };
  }
  return { rows: [] };
}

function mentioning(person: PersonFound): (row: AuditRow) => boolean {
  const ids = new Set([...person.personIds, ...person.accountIds]);
  const names = [...new Set([person.typed.trim(), ...person.same, ...person.mailboxes, ...ids])].filter((name) => name !== "");
  const isMentioned = mentionOf(names);
  // What is an address as a whole names whoever has just that one: `r&kim@contoso.com` is not Kim.
  const isNamed = (text: string) => {
    const email = normaliseEmail(text);
    return email === undefined ? isMentioned(text) : person.mailboxes.has(mailboxOf(email)) || names.includes(email);
  };
  return ({ details, person: id }) => (id !== undefined && ids.has(id)) || (details !== undefined && textsIn(details).some(isNamed));
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
    // Altered by hand: it is looked through as it stands.
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

/** Removes what entries say of the person, each told beforehand. @returns how many those are */
export async function eraseMentions(person: PersonFound, trail: NonNullable<ErasingStores["trail"]>, by: ErasedBy): Promise<number> {
  const isAbout = mentioning(person);
  const found: AuditRow[] = [];
  for await (const rows of trail.rows()) found.push(...rows.filter((row) => !tellsOfHandling(row) && isAbout(row)));
  const now = new Date();
  for (let at = 0; at < found.length; at += NUMBERS_AN_ENTRY) {
    const some = found.slice(at, at + NUMBERS_AN_ENTRY);
    const numbers = some.map(({ number }) => number);
    await trail.tell({ ...by, action: "person.erased", outcome: "done", count: some.length, numbers }, now);
    for (const row of some) await trail.eraseDetails(row, now);
  }
  return found.length;
}

/** Such an entry holds no more of the person than a keyed hash, and tells who erased them, or handed out what was stored. */
function tellsOfHandling({ action }: AuditRow): boolean {
  return action.startsWith("person.");
}
