import type { AwsClient } from "../../../adapters/aws/client";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { momentId } from "../../../adapters/tables/moment-id";
import type { NamedAuthor } from "../../../engine/author";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { ChangeSet } from "../../access-list/change-set";
import { covers } from "../../access-list/hygiene";
import { countsAt, isLive, readRow } from "../../access-list/row";
import { type ShutOutKeys, shutOutKeys } from "../../access-list/shut-out";
import { keptBeside } from "../../access-list/store/access-list";
import type { ChangeSetStore } from "../../access-list/store/change-sets";
import { applyEdit } from "../../access-list/store/edits";
import type { ChangeSource } from "../../access-list/store/parts";
import { draftOf, planRevert, rowReader } from "../../access-list/store/revert";
import type { RowChange } from "../../access-list/store/row-changes";
import {
  beginSetAs,
  type EditPorts,
  MAX_KEPT,
  type Ran,
  type RunOptions,
  recordSet,
  resumeEdit,
  TakenOverError,
} from "../../access-list/store/run";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { Incident, IncidentPerson } from "../incident";
import { entriesOf, entriesOfOthers, isOut } from "./held";
import type { IncidentStore } from "./incidents";

export interface DenyPorts {
  readonly client: AwsClient;
  readonly accessListTable: string;
  readonly changeSets: ChangeSetStore;
  readonly incidents: IncidentStore;
  readonly decisions: Pick<DecisionStore, "whole">;
  readonly trail?: EditPorts["trail"];
}

type Counts = Record<"added" | "changed" | "removed" | "writes", number>;

/**
 * Denies the incident's people by address, as one change set. The incident has the set's id before a row is written, so that a repeat
 * finishes an interrupted one. If everyone is denied already, there is no change set.
 */
export async function denyPeople(
  incident: Incident,
  author: NamedAuthor,
  ports: DenyPorts,
  now: Date,
  options: RunOptions,
): Promise<Incident> {
  const { changeSets, incidents } = ports;
  const current = incident.changeSet === undefined ? undefined : await changeSets.get(incident.changeSet);
  if (current?.state === "done") return incident;
  if (current?.recorded !== undefined) {
    await resumeEdit(editPorts(ports), current, options);
    return incident;
  }
  const counts = await plan(incident, ports, now);
  if (counts.writes === 0) return incident;
  const id = incident.changeSet ?? momentId(now);
  const named = incident.changeSet === undefined ? await incidents.update(incident, ["state", "changeSet"], { changeSet: id }) : incident;
  if (named === undefined) throw new TakenOverError(id);
  const begun =
    current === undefined
      ? await beginSetAs(
          changeSets,
          id,
          { ...author, means: "incident act", shutOut: shutOutBy(incident), allowed: 0, denied: counts.added + counts.changed, ...counts },
          now,
        )
      : current;
  if (begun === undefined) throw new TakenOverError(id);
  await resumeEdit(editPorts(ports), await recorded(begun, denies(incident, ports, now), changeSets), options);
  return named;
}

function shutOutBy({ id, people, selection: { domain } }: Incident): NonNullable<ChangeSet["shutOut"]> {
  return { incident: id, people, ...(domain !== undefined && { domain }) };
}

interface Undenied extends Pick<Ran, "kept" | "keptCount"> {
  /** Number of entries that stay because they shut out somebody else. */
  readonly heldCount: number;
  /** The change set that reverted them. Undefined if all were edited since. */
  readonly revert?: string;
}

/**
 * Reverts the incident's change set, except for rows edited since. Undefined if there is nothing to revert.
 * @param held people whose rows stay because another incident shuts them out
 */
export async function undeny(
  incident: Incident,
  held: ReadonlySet<string>,
  author: NamedAuthor,
  ports: DenyPorts,
  now: Date,
  options: RunOptions,
): Promise<Undenied | undefined> {
  const { changeSet, held: heldBefore = 0 } = incident;
  const set = changeSet === undefined ? undefined : await ports.changeSets.get(changeSet);
  if (set === undefined) return undefined;
  const others = await entriesOfOthers(incident, (person, isOwn) => !isOwn || held.has(person), ports);
  // If the entries of others are not all known, only the entries known to be the returning people's are reverted.
  const known = others.isWhole ? undefined : await entriesOf(incident, ({ person }) => !held.has(person), ports);
  const isOwn = (entry: string) => known === undefined || known.entries.has(entry) || entry === incident.selection.domain;
  const comesBack = (entry: string) => isOwn(entry) && !others.entries.has(entry);
  const heldCount = await countRows(ports.changeSets, set, (entry) => !comesBack(entry));
  const changeSets = withRows(ports.changeSets, comesBack);
  const earlier = set.revertedBy === undefined ? undefined : await changeSets.get(set.revertedBy);
  // It was interrupted right after this.
  if (earlier?.state === "done" && earlier.revertedBy === undefined && heldBefore === 0) return undenied(earlier, heldCount);
  const plan = await planOf(set, changeSets, ports);
  const { kept, keptCount } = plan;
  if (plan.writes === 0) return { kept, keptCount, heldCount };
  const draft = { ...draftOf(set, plan), ...undoBy(author, incident) };
  const ran = await applyEdit(editPorts({ ...ports, changeSets }), draft, plan.rows, now, { ...options, original: set });
  return ran && undenied({ ...ran.set, kept: [...ran.kept], keptCount: ran.keptCount }, heldCount);
}

/**
 * Reverts the incident's entries about some people. The rest stays.
 * @returns number of entries that still deny them: edited since, needed for somebody else, or of an expired decision
 */
export async function undenySome(
  incident: Incident,
  people: ReadonlySet<string>,
  author: NamedAuthor,
  ports: DenyPorts,
  now: Date,
  options: RunOptions,
): Promise<number> {
  const set = incident.changeSet === undefined ? undefined : await ports.changeSets.get(incident.changeSet);
  if (set === undefined) return 0;
  const own = await entriesOf(incident, ({ person }) => people.has(person), ports);
  if (own.entries.size === 0 && own.isWhole) return 0;
  const others = await entriesOfOthers(incident, (person) => !people.has(person), ports);
  const changeSets = withRows(ports.changeSets, (entry) => own.entries.has(entry) && !others.entries.has(entry));
  const left = await countRows(ports.changeSets, set, (entry) => own.entries.has(entry) && others.entries.has(entry));
  const plan = await planOf(set, changeSets, ports);
  const still = left + plan.keptCount + (own.isWhole ? 0 : 1);
  if (plan.writes === 0) return still;
  const { reverts, ...draft } = draftOf(set, plan);
  const edit = { ...draft, ...undoBy(author, { ...incident, people: people.size }) };
  const ran = await applyEdit(editPorts(ports), edit, plan.rows, now, options);
  return still + (ran?.keptCount ?? 0) - plan.keptCount;
}

function planOf(set: ChangeSet, changeSets: ChangeSetStore, { client, accessListTable }: DenyPorts) {
  return planRevert(changeSets, set, rowReader(client, accessListTable), MAX_KEPT);
}

function undoBy(author: NamedAuthor, incident: Incident) {
  return { ...author, means: "incident undo", shutOut: shutOutBy(incident) } as const;
}

function undenied({ id, kept = [], keptCount = 0 }: Pick<ChangeSet, "id" | "kept" | "keptCount">, heldCount: number): Undenied {
  return { revert: id, kept, keptCount, heldCount };
}

async function countRows(store: ChangeSetStore, { id }: ChangeSet, isMeant: (entry: string) => boolean): Promise<number> {
  const found = new Set<string>();
  for await (const { writes } of store.parts(id)) for (const { entry } of writes) if (isMeant(entry)) found.add(entry);
  return found.size;
}

function withRows(store: ChangeSetStore, hasRow: (entry: string) => boolean): ChangeSetStore {
  return {
    ...store,
    async *parts(...asked) {
      for await (const part of store.parts(...asked)) yield { ...part, writes: part.writes.filter(({ entry }) => hasRow(entry)) };
    },
  };
}

function editPorts({ client, accessListTable: list, changeSets: changes, trail }: DenyPorts): EditPorts {
  return { client, list, changes, trail };
}

/** After an interruption nothing has changed, and it starts again. */
async function recorded(set: ChangeSet, source: ChangeSource, store: ChangeSetStore): Promise<ChangeSet> {
  for await (const { key } of store.parts(set.id)) await store.removePart(set.id, key);
  return await recordSet(store, set, source);
}

async function plan(incident: Incident, ports: DenyPorts, now: Date): Promise<Counts> {
  const counts: Counts = { added: 0, changed: 0, removed: 0, writes: 0 };
  for await (const page of edits(incident, ports, now)) {
    for (const { person, deny, allow } of page) {
      if (deny === "listed" && person !== undefined) await ports.incidents.move(incident.id, person, { state: "listed" });
      if (typeof deny === "object") counts[deny.before === undefined ? "added" : "changed"] += 1;
      counts.removed += allow === undefined ? 0 : 1;
      counts.writes += (typeof deny === "object" ? 1 : 0) + (allow === undefined ? 0 : 1);
    }
  }
  return counts;
}

function denies(incident: Incident, ports: DenyPorts, now: Date): ChangeSource {
  return async function* (phase) {
    if (phase !== "denies in" && phase !== "allows out") return;
    for await (const page of edits(incident, ports, now)) {
      yield page.flatMap(({ deny, allow = [] }) => (phase === "allows out" ? allow : typeof deny === "object" ? deny : []));
    }
  };
}

interface Edit {
  /** Absent for the edit of the domain. */
  readonly person?: IncidentPerson;
  /** `listed`: an entry allows exactly this person. `denied`: one already denies them, or another edit does. */
  readonly deny: RowChange | "listed" | "denied";
  /** The allow of this exact address, which would win over the deny of its mailbox. */
  readonly allow?: RowChange | undefined;
}

async function* edits(incident: Incident, ports: DenyPorts, now: Date): AsyncGenerator<readonly Edit[]> {
  const read = rowReader(ports.client, ports.accessListTable);
  const { domain, denyDomain = false } = incident.selection;
  // First, so that no one else comes in meanwhile.
  if (denyDomain && domain !== undefined) yield [denyOfDomain(incident, domain, (await read([domain])).get(domain), now)];
  // One row denies people who differ only by their +tags.
  const written = new Set<string>();
  for await (const people of ports.incidents.people(incident.id)) {
    const records = new Map((await ports.decisions.whole(people)).map((record) => [record.id, record]));
    const named = people.flatMap((person) => {
      const record = records.get(person.id);
      const keys = record && shutOutKeys(record);
      return record === undefined || keys === undefined || !isOut(person) ? [] : [{ person, record, keys }];
    });
    const rows = await read([...new Set(named.flatMap(({ keys: { deny, allow } }) => [deny, allow]))]);
    yield named.map(({ person, record, keys }) => {
      const edit = editOf(incident, record, keys, rows, now);
      if (typeof edit.deny === "string") return { person, ...edit };
      const isFirst = !written.has(keys.deny);
      written.add(keys.deny);
      return { person, ...edit, ...(!isFirst && { deny: "denied" as const }) };
    });
  }
}

function denyOfDomain({ id }: Incident, domain: string, current: Item | undefined, now: Date): Edit {
  const row = current && readRow(toRow(current));
  const isDenied = row?.effect === "deny" && isLive(row, now) && covers(row, {});
  return { deny: isDenied ? "denied" : denied(id, domain, current) };
}

function denied(id: string, entry: string, current: Item | undefined, typed?: string): RowChange {
  const cells = { entry, effect: "deny", note: `incident ${id}`, ...(typed !== undefined && { typed }) };
  return { entry, ...(current && { before: current }), after: { ...keptBeside(current), ...toItem(cells) } };
}

function editOf(
  { id, selection }: Incident,
  record: DecisionRecord,
  { deny: key, allow: allowKey }: ShutOutKeys,
  rows: ReadonlyMap<string, Item>,
  now: Date,
): Omit<Edit, "person"> {
  const current = rows.get(key);
  const own = rows.get(allowKey);
  const isListed = own !== undefined && allows(own, record, now);
  if (isListed && !selection.includeListed) return { deny: "listed" };
  const row = current && readRow(toRow(current));
  const isDenied = row?.effect === "deny" && isLive(row, now) && covers(row, {});
  // An allow of the address without its +tag belongs to somebody else, and a deny would refuse them too. Only the account is disabled.
  const isOfOther = key !== allowKey && row?.effect === "allow" && isLive(row, now);
  const isAllow = key !== allowKey && own !== undefined && readRow(toRow(own)).effect === "allow";
  const allow = isAllow ? { allow: { entry: allowKey, before: own } } : {};
  if ((isDenied && !isListed) || isOfOther) return { deny: "denied", ...(isOfOther && allow) };
  const typed = !record.emailTyped && record.email !== undefined && record.email !== key ? record.email : undefined;
  return { deny: denied(id, key, current, typed), ...allow };
}

/** True if a row allows the person of a decision, at their gate and with one of their providers. */
function allows(item: Item, { gate = DEFAULT_GATE, issuers = [] }: DecisionRecord, now: Date): boolean {
  const row = readRow(toRow(item));
  const isTheirs = row.issuer === undefined || issuers.includes(row.issuer);
  return row.effect === "allow" && isLive(row, now) && countsAt(row, gate) && isTheirs;
}
