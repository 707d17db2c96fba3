import { type Entry, entryKey, readEntry } from "../../../engine/access-list/entry";
import { candidates } from "../../../engine/access-list/match";
import { isRequestId } from "../../../engine/approvals/deciding";
import { readReference } from "../../../engine/sign-up/call";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { entryPath } from "../access-list/access-list-parts";
import { setPath } from "../access-list/change-set-parts";
import { requestPath } from "../approvals/approvals-parts";
import { personAsked } from "../people/known-person";
import { accountPath, personPath } from "../people/person-links";

/** One thing that somebody may have meant. */
export interface Meaning {
  readonly kind: "decision" | "request" | "changeSet" | "person" | "account" | "entry" | "covering";
  /** Its name, code or key. */
  readonly name: string;
  readonly path: string;
}

const CHANGE_SET_ID = /^\d{8}-\d{9}-[a-z\d]{4}$/;

/** Everything stored that a text names. An address always names a person, even an unknown one. */
export async function meaningsOf(visit: Visit, text: string): Promise<readonly Meaning[]> {
  const email = text.includes("@") ? normaliseEmail(text) : undefined;
  if (email !== undefined && !text.startsWith("@")) return [{ kind: "person", name: email, path: personPath(email) }];
  const found = await Promise.all([
    byCode(visit, text),
    byRequestId(visit, text),
    byChangeSet(visit, text),
    byAccount(visit, text),
    byEntry(visit, text),
  ]);
  return found.flat();
}

async function byCode({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const decisions = await world.decisions.byReference(reference);
  const found: Meaning[] = decisions.length === 0 ? [] : [{ kind: "decision", name: reference, path: `/decisions/${reference}` }];
  for await (const page of world.legibleApprovals(() => undefined).byReference(reference)) {
    found.push(...page.map(({ id }) => ({ kind: "request" as const, name: reference, path: requestPath(id) })));
  }
  return found;
}

async function byRequestId({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  if (!isRequestId(text)) return [];
  // A row that cannot be read has a page too, which says so.
  const isThere = await world.approvals.get(text).then(
    (request) => request !== undefined,
    () => true,
  );
  return isThere ? [{ kind: "request", name: text, path: requestPath(text) }] : [];
}

async function byChangeSet({ world }: Visit, text: string): Promise<readonly Meaning[]> {
  const id = text.toLowerCase();
  const set = CHANGE_SET_ID.test(id) ? await world.changes.get(id) : undefined;
  return set === undefined ? [] : [{ kind: "changeSet", name: id, path: setPath(id) }];
}

async function byAccount(visit: Visit, text: string): Promise<readonly Meaning[]> {
  const asked = await personAsked({ ...visit, query: (name) => (name === "account" ? text : "") });
  if (asked?.account === undefined) return [];
  const known = await Promise.all(
    asked.hashes.map(async (hash) => (await visit.world.decisions.newestOf("account", hash, 1)).records.length > 0),
  );
  return known.includes(true) ? [{ kind: "account", name: text, path: accountPath(text) }] : [];
}

async function byEntry(visit: Visit, text: string): Promise<readonly Meaning[]> {
  const read = readEntry(text);
  const keys = [text, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])];
  const own = await entriesAt(visit, keys);
  if (own.length > 0 || !read.ok) return own.map((name) => ({ kind: "entry", name, path: entryPath(name) }));
  return (await entriesAt(visit, coveringKeys(read.entry))).map((name) => ({ kind: "covering", name, path: entryPath(name) }));
}

/** The keys of entries that cover everyone at a domain. */
function coveringKeys(entry: Entry): readonly string[] {
  if (entry.kind !== "domain") return [];
  const anybody = { email: `anybody@${entry.domain}`, identities: [] };
  const closeBy = candidates(anybody, []).filter(({ level }) => level === "domain" || level === "wildcard");
  return closeBy.map(({ key }) => key);
}

async function entriesAt({ world }: Visit, keys: readonly string[]): Promise<readonly string[]> {
  const unique = [...new Set(keys)];
  const items = await Promise.all(unique.map((key) => world.accessList.get(key)));
  return unique.filter((_, index) => items[index] !== undefined);
}
