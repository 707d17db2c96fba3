import { accountKeys } from "../../../engine/sign-up/account-key";
import type { HashOf } from "../../../engine/sign-up/person";
import { readMailbox } from "../../../engine/sign-up/spellings";
import { type AuditNews, type AuditRow, changeMark, numberText } from "../../audit/entry";

import type { PersonFound } from "./person";
import type { ErasingStores, PersonStores } from "./stores";

const NUMBERS_AN_ENTRY = 1_000;

/** `person` is the keyed hash that finds the audit trail's entries about the person. */
export type ErasedBy = Pick<AuditNews, "by" | "name" | "via" | "person">;

/**
 * Returns one page's audit entries that mention the person. In `unsure` entries, free text may mention the person. Somebody has to review
 * these entries before they are handed out.
 */
export async function findMentions(
  person: PersonFound,
  trail: NonNullable<PersonStores["trail"]>,
  from?: string,
): Promise<{ readonly rows: readonly AuditRow[]; readonly unsure: readonly AuditRow[]; readonly next?: string }> {
  const mentionIn = mentioning(person);
  for await (const rows of trail.rows(from)) {
    const last = Number(rows.at(-1)?.number);
    const mentions = rows.map(mentionIn);
    const filterKind = (kind: Mention) => rows.filter((_, index) => mentions[index] === kind);
    return { rows: filterKind("sure"), unsure: filterKind("unsure").filter((row) => !tellsOfHandling(row)), next: numberText(last + 1) };
  }
  return { rows: [], unsure: [] };
}

function mentioning({ personIds, accountIds, mailboxes, account }: PersonFound): (row: AuditRow) => Mention | undefined {
  const hashes = new Set([...personIds, ...accountIds]);
  const mentionIn = createMentionFinder({ mailboxes, ids: [...hashes, ...accountKeys(account === undefined ? [] : [account])] });
  return ({ details, person }) => {
    if (person !== undefined && hashes.has(person)) return "sure";
    const foundMentions = details === undefined ? [] : textsIn(details).map(mentionIn);
    return foundMentions.includes("sure") ? "sure" : foundMentions.find((each) => each !== undefined);
  };
}

function textsIn(details: string): readonly string[] {
  const texts: string[] = [];
  try {
    JSON.parse(details, (name, value) => {
      texts.push(name, ...(typeof value === "string" ? [value] : []));
      return value;
    });
  } catch {
    // If the details are not JSON, somebody altered them. Then the raw text is searched.
    return [details];
  }
  return texts;
}

/** Announces the deletion of rows, so that the audit trail records it without the rows' content. */
export async function announceErasure(
  trail: NonNullable<ErasingStores["trail"]>,
  by: ErasedBy,
  rows: readonly { readonly table: "access-list" | "profiles" | "approvals" | "list-changes"; readonly subject: string }[],
  hashOf: HashOf,
): Promise<void> {
  const marks = rows.map((row) => changeMark(row, hashOf));
  if (marks.length > 0) await trail.tell({ ...by, action: "person.erased", outcome: "begun", count: marks.length, marks }, new Date());
}

interface ErasedMentions {
  readonly entries: number;
  /** Numbers of entries that were not changed, although their free text may mention the person. */
  readonly unsure: readonly string[];
}

/**
 * Removes the person from entries, and announces the removal before each group of entries.
 * @param chosen numbers of reviewed entries; each is erased if it may mention the person
 */
export async function eraseMentions(
  person: PersonFound,
  trail: NonNullable<ErasingStores["trail"]>,
  by: ErasedBy,
  chosen: readonly string[],
): Promise<ErasedMentions> {
  const mentionIn = mentioning(person);
  const auditRows: AuditRow[] = [];
  const unsure: string[] = [];
  for await (const rows of trail.rows()) {
    for (const row of rows) {
      const mention = tellsOfHandling(row) ? undefined : mentionIn(row);
      if (mention === "sure" || (mention === "unsure" && chosen.includes(row.number))) auditRows.push(row);
      else if (mention === "unsure") unsure.push(row.number);
    }
  }
  const now = new Date();
  for (let at = 0; at < auditRows.length; at += NUMBERS_AN_ENTRY) {
    const some = auditRows.slice(at, at + NUMBERS_AN_ENTRY);
    const numbers = some.map(({ number }) => number);
    await trail.tell({ ...by, action: "person.erased", outcome: "done", count: some.length, numbers }, now);
    for (const row of some) await trail.eraseDetails(row, now);
  }
  return { entries: auditRows.length, unsure };
}

/**
 * True for an entry about the handling of a person's data, such as its erasure. Besides the author, it contains only a keyed hash of the
 * person.
 */
function tellsOfHandling({ action }: AuditRow): boolean {
  return action.startsWith("person.");
}

/**
 * `sure`: the whole text is the person's address, account or hash. `unsure`: the text may contain one of them, but it is ambiguous where an
 * address in free text begins and ends.
 */
type Mention = "sure" | "unsure";

interface Names {
  /** Mailboxes in one uniform spelling. */
  readonly mailboxes: ReadonlySet<string>;
  readonly ids: readonly string[];
}

/** Maximum length of either side of an address. */
const REACH = 256;

export function createMentionFinder({ mailboxes, ids }: Names): (text: string) => Mention | undefined {
  const knownIds = new Set(ids.map((id) => id.toLowerCase()));
  const domains = new Set([...mailboxes].map(parseDomain));
  const isTheirs = (address: string) => mailboxes.has(readMailbox(address));
  return (text) => {
    const lower = text.trim().toLowerCase();
    if (knownIds.has(lower) || isTheirs(text)) return "sure";
    return [...knownIds].some((id) => lower.includes(id)) || holdsAddress(text, isTheirs, domains) ? "unsure" : undefined;
  };
}

function holdsAddress(text: string, isTheirs: (address: string) => boolean, domains: ReadonlySet<string>): boolean {
  for (const { index } of text.matchAll(/@/g)) {
    const before = /\S*$/.exec(text.slice(Math.max(index - REACH, 0), index))?.[0] ?? "";
    const after = /^\S*/.exec(text.slice(index + 1, index + 1 + REACH))?.[0] ?? "";
    const ends = listCuts(after).filter(
      (at) => !/^[.-]*[a-z0-9]/i.test(after.slice(at)) && domains.has(parseDomain(readMailbox(`x@${after.slice(0, at)}`))),
    );
    // Omits starts inside a word: right after an ASCII letter or digit, even with `.`, `+`, `_` or `-` in between.
    const starts = listCuts(before).filter((at) => !/[a-z0-9][.+_-]*$/i.test(before.slice(0, at)));
    if (ends.some((end) => starts.some((start) => isTheirs(`${before.slice(start)}@${after.slice(0, end)}`)))) return true;
  }
  return false;
}

function listCuts(text: string): readonly number[] {
  return Array.from({ length: text.length + 1 }, (_, at) => at);
}

function parseDomain(mailbox: string): string {
  return mailbox.slice(mailbox.lastIndexOf("@") + 1);
}
