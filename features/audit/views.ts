import type { View } from "../../adapters/operator/view";
import type { WorldOf } from "../../adapters/operator/world";
import { omit } from "../../engine/collections";
import { isWithin, type PageSource, type Query } from "../../engine/operator/list";
import { hashNamedPerson } from "../../engine/sign-up/account-key";
import { eachHash } from "../../engine/sign-up/person";
import type { AuditEntry } from "./chain";
import { changeFilters, changeGroups } from "./filters";
import type { AuditSearch, AuditStore } from "./store/trail";
import { hashes, readTrail } from "./world";

export const changeViews = ["changes", "sign-ins", "exports"] as const;
export type ChangeView = (typeof changeViews)[number];
export type ChangeQuery = Query<typeof changeFilters>;

const uses = { trail: readTrail, hashes };

/** Entries of the audit log, newest first. The place is an entry's number: the entries before it follow. */
export const changes = {
  name: "changes",
  uses,
  filters: changeFilters,
  source: readChanges,
  json: toStoredEntry,
} satisfies View<typeof uses, typeof changeFilters, AuditEntry, string>;

export const views = [changes];

async function readChanges(query: ChangeQuery, world: WorldOf<typeof uses>): Promise<PageSource<AuditEntry, string>> {
  const { entry = "", from, to } = query;
  const people = entry === "" ? [] : eachHash(await world.hashes()).flatMap((hashOf) => hashNamedPerson(entry, hashOf) ?? []);
  const first = to === undefined ? undefined : await world.trail.numberAt(new Date(to.getTime() + 1));
  const oldest = from?.toISOString() ?? "";
  return {
    async read(before = first) {
      const { entries, next } = await world.trail.page(chooseIndex(query, people), before, 100);
      const isOver = (entries.at(-1)?.at ?? oldest) < oldest;
      return { items: await markRevocations(entries, world.trail), ...(next !== undefined && !isOver && { next }) };
    },
    after: ({ number }) => number,
    lineKey: findLine,
    matches: (each) => isWanted(each, query, people),
  };
}

const MINUTE = "2026-11-20T10:12".length;

/** Returns the line that shows the entry: entries of one act have the same. Entries without an act are told apart by author and minute. */
export function findLine(entry: AuditEntry): string | undefined {
  const { act, flaw, set, by, action, outcome, at } = entry;
  if (flaw !== undefined) return undefined;
  if (act !== undefined) return [act, outcome].join();
  return set === undefined && isAboutPerson(action) ? [by, findShownAction(entry), outcome, at.slice(0, MINUTE)].join() : undefined;
}

/** The name that an end of an invitation is shown under: it is stored as a denial. */
export const REVOKED = "approvals.revoke";

/** Returns the action as it is shown. An entry of a denied request names the request's state, a revocation's does not. */
export function findShownAction({ action, before, after, isRevocation }: DenialEntry): string {
  if (action !== DENIED || after === undefined) return action;
  return isRevocation === true || after.invitation === true || (before === undefined && after.state === undefined) ? REVOKED : action;
}

type DenialEntry = Pick<AuditEntry, "action" | "before" | "after" | "isRevocation">;

const DENIED = "approvals.deny";
/** The invitation is among so many entries about a row before its denial. */
const EARLIER_ENTRIES = 10;

/**
 * Marks denials of approved rows that ended an invitation. Entries that old versions made of the row's change do not say so, but no request
 * was ever invited under its reference.
 */
export async function markRevocations(entries: readonly AuditEntry[], trail: Pick<AuditStore, "page">): Promise<readonly AuditEntry[]> {
  return await Promise.all(
    entries.map(async (entry) => {
      const { number, subject, action, before } = entry;
      const isUnsure = action === DENIED && before?.state === "approved" && subject !== "" && findShownAction(entry) === DENIED;
      const earlier = isUnsure ? (await trail.page({ subject }, number, EARLIER_ENTRIES)).entries : [];
      return earlier.some((each) => each.action === "approvals.invite") ? { ...entry, isRevocation: true as const } : entry;
    }),
  );
}

/** Leaves out what only the entry's text needs. */
export function toStoredEntry(entry: AuditEntry): object {
  return omit(entry, "isRevocation");
}

/** True for acts on people, whose entries are counted as people. */
export function isAboutPerson(action: string): boolean {
  return /^(approvals|access)\./.test(action);
}

/** Chooses the narrowest index for a search. `isWanted` checks the other conditions. */
function chooseIndex({ entry = "", operator = "" }: ChangeQuery, [person, ...others]: readonly string[]): AuditSearch {
  if (person !== undefined) return others.length === 0 ? { person } : {};
  if (entry !== "") return { subject: entry };
  return /^(outside|gatehouse|arn:.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(operator) ? { operator } : {};
}

function isWanted(
  { subject, person, by, name, action, at }: AuditEntry,
  { view, operator = "", entry = "", action: kind = "", ...moments }: ChangeQuery,
  people: readonly string[],
): boolean {
  const wanted = operator.toLowerCase();
  const group = Object.entries(changeGroups).find(([each]) => each === kind)?.[1];
  return (
    (view === undefined || (findView(action) === view && (kind !== "" || entry !== "" || !isAside.test(action)))) &&
    (people.length > 0 ? people.includes(person ?? "") : entry === "" || subject === entry) &&
    (wanted === "" || by.toLowerCase() === wanted || name.toLowerCase().includes(wanted)) &&
    (kind === "" || (group?.some((begins) => action.startsWith(begins)) ?? action === kind)) &&
    isWithin(moments, at)
  );
}

/** Actions that only accompany other actions. The view of changes has them only in a search by group, entry or person. */
const isAside = /\.(tidied|samples-loaded|set-begun|set-resumed)$/;

function findView(action: string): ChangeView {
  if (action.startsWith("session.")) return "sign-ins";
  return action.endsWith(".exported") ? "exports" : "changes";
}
