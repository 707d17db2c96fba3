import type { AuditStore } from "../../adapters/tables/audit";
import { eraseDetails } from "../../adapters/tables/audit-erasure";
import type { Item } from "../../adapters/tables/item";
import type { ApprovalRequest } from "../../engine/approvals/request";
import type { AuditRow } from "../../engine/audit/entry";
import { changeMark } from "../../engine/audit/table-change";
import type { HashOf } from "../../engine/sign-up/person";
import { trailOf } from "../audit/trail";
import type { Deployment } from "../deployment";
import { mentionOf } from "./mention";
import type { PersonFound } from "./person";

/** Numbers that one entry holds. */
const NUMBERS_AN_ENTRY = 1_000;

/** The audit trail as far as it is about a person. */
export interface PersonTrail {
  readonly trail: AuditStore;
  /** The entries that name the person in any way: looked for in the whole trail, a page at a time. */
  mentions(): AsyncIterable<readonly AuditRow[]>;
}

/** Undefined where the stack has none yet. */
export function trailAbout(person: PersonFound, deployment: Deployment): PersonTrail | undefined {
  if (deployment.tables.audit === undefined) return undefined;
  const trail = trailOf(deployment);
  const ids = new Set([...person.personIds, ...person.accountIds]);
  const names = [...new Set([person.typed.trim(), ...person.same, ...person.mailboxes, ...ids])].filter((name) => name !== "");
  const isNamed = mentionOf(names);
  const isAbout = ({ details, person: id }: AuditRow) =>
    (id !== undefined && ids.has(id)) || (details !== undefined && textsIn(details).some(isNamed));
  return {
    trail,
    async *mentions() {
      for await (const rows of trail.rows()) yield rows.filter(isAbout);
    },
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
    // Altered by hand: it is looked through as it stands.
    return [details];
  }
  return texts;
}

/** Rows that are about to be deleted: their stream brings them into the trail without what they held. */
export async function announceErasure(
  { trail }: PersonTrail,
  by: string,
  rows: { readonly list: readonly Item[]; readonly profiles: readonly Item[]; readonly requests: readonly ApprovalRequest[] },
  hashOf: HashOf,
): Promise<void> {
  const marks = [
    ...rows.list.map((item) => changeMark({ table: "access-list", subject: String(item.entry?.S) }, hashOf)),
    ...rows.profiles.map((item) => changeMark({ table: "profiles", subject: String(item.person?.S) }, hashOf)),
    ...rows.requests.map(({ id }) => changeMark({ table: "approvals", subject: id }, hashOf)),
  ];
  if (marks.length > 0)
    await trail.tell({ by, via: "command", action: "person.erased", outcome: "begun", count: marks.length, marks }, new Date());
}

/** Removes what entries say of the person, each told beforehand. @returns how many those are */
export async function eraseMentions(about: PersonTrail, by: string, { dynamodb, tables }: Deployment): Promise<number> {
  const found: AuditRow[] = [];
  for await (const rows of about.mentions()) found.push(...rows);
  const now = new Date();
  for (let at = 0; at < found.length; at += NUMBERS_AN_ENTRY) {
    const some = found.slice(at, at + NUMBERS_AN_ENTRY);
    const numbers = some.map(({ number }) => number);
    await about.trail.tell({ by, via: "command", action: "person.erased", outcome: "done", count: some.length, numbers }, now);
    for (const row of some) await eraseDetails(dynamodb, tables.audit ?? "", row, now);
  }
  return found.length;
}
