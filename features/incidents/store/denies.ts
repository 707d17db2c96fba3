import type { AwsClient } from "../../../adapters/aws/client";
import { momentId } from "../../../adapters/system";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { NamedAuthor } from "../../../engine/audited-change";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { ChangeSet } from "../../access-list/change-set";
import { entryKey, readEntry, type ShutOutKeys, shutOutKeys } from "../../access-list/entry";
import { deniesAll } from "../../access-list/hygiene";
import { computeEffect, countsAtGate, isLive, readRow } from "../../access-list/row";
import { keptBeside } from "../../access-list/store/access-list";
import type { ChangeSetStore } from "../../access-list/store/change-sets";
import { applyEdit, listEdit } from "../../access-list/store/edits";
import { buildRevertDraft, planRevert, rowReader } from "../../access-list/store/revert";
import { type RowChange, toRowChange } from "../../access-list/store/row-changes";
import { type EditPorts, MAX_KEPT, type RunOptions, resumeEdit } from "../../access-list/store/run";
import type { DecisionStore } from "../../decisions/store/decisions";
import type { Incident, IncidentPerson } from "../incident";
import { allowingEntry } from "../selection";
import { isOut } from "../steps";
import type { Hold } from "./hold";
import type { IncidentStore } from "./incidents";

// Writes the deny entries of an incident's people as one change set of the access list, and takes them back.

export interface DenyPorts {
  readonly client: AwsClient;
  readonly accessListTable: string;
  readonly changeSets: ChangeSetStore;
  readonly incidents: IncidentStore;
  readonly decisions: Pick<DecisionStore, "whole">;
  readonly trail?: EditPorts["trail"];
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** The incident gets the change set's id before any row is written, so that a repeat finishes an interrupted set. */
export async function denyPeople(hold: Hold, author: NamedAuthor, ports: DenyPorts): Promise<void> {
  const { changeSets, now } = ports;
  const { incident } = hold;
  const changeSet = incident.changeSet === undefined ? undefined : await changeSets.get(incident.changeSet);
  if (changeSet?.state === "done") return;
  if (changeSet?.recorded !== undefined) {
    await resumeEdit(editPorts(ports, incident.act), changeSet, buildHeldOptions(hold, ports));
    return;
  }
  const rows = await planDenies(hold, ports);
  if (rows.length === 0) return;
  // This set was not recorded completely. An edit records all its rows before it writes any, so the set wrote none and can be dropped.
  if (changeSet !== undefined) await changeSets.update(changeSet.id, {}, { state: "stopped", expires: 1 });
  const id = momentId(now());
  await hold.write({ changeSet: id });
  const draft = { ...listEdit(rows, "incident act").draft, ...author, shutOut: shutOutBy(incident) };
  await applyEdit(editPorts(ports, incident.act), draft, batchInOrder(rows), now(), { id, ...buildHeldOptions(hold, ports) });
}

/** All rows at once, in order: a denied domain's row is the first, so that nobody else of the domain gets in meanwhile. */
async function* batchInOrder(rows: readonly RowChange[]): AsyncGenerator<readonly RowChange[]> {
  yield rows;
}

function buildHeldOptions(hold: Hold, { signal }: DenyPorts): RunOptions {
  const leaseLoss = new AbortController();
  const renewHold = () => void hold.write({}).catch((error: unknown) => leaseLoss.abort(error));
  return { signal: AbortSignal.any([leaseLoss.signal, signal]), onWritten: renewHold };
}

function shutOutBy({ id, people, selection: { domain } }: Incident): NonNullable<ChangeSet["shutOut"]> {
  return { incident: id, people, domain };
}

/** @param act the id of the operator's act, which the audit log shows as one with the edit */
function editPorts({ client, accessListTable: list, changeSets: changes, trail }: DenyPorts, act: string | undefined): EditPorts {
  if (trail === undefined || act === undefined) return { client, list, changes, trail };
  const told: typeof trail = {
    ...trail,
    tell: (news, now) => trail.tell({ ...news, act }, now),
    transact: (entry, writes, now) => trail.transact({ ...entry, act }, writes, now),
  };
  return { client, list, changes, trail: told };
}

async function planDenies(hold: Hold, ports: DenyPorts): Promise<readonly RowChange[]> {
  const { incident } = hold;
  const now = ports.now();
  const read = rowReader(ports.client, ports.accessListTable);
  const { domain, denyDomain = false } = incident.selection;
  // Addresses that differ only by their +tags have one entry.
  const edits = new Map<string, RowEdit>();
  if (denyDomain && domain !== undefined) {
    const current = (await read([domain])).get(domain);
    if (!deniesAll(current && readRow(toRow(current)), now)) edits.set(domain, deny(incident, domain, current));
  }
  for await (const people of ports.incidents.people(incident.id)) {
    await hold.write({});
    const records = new Map((await ports.decisions.whole(people)).map((record) => [record.id, record]));
    const deniablePeople = people.filter(isOut).flatMap((person) => {
      const record = records.get(person.id);
      const keys = record && findKeys(record);
      return record === undefined || keys === undefined ? [] : [{ person, record, keys }];
    });
    const rows = await read([...new Set(deniablePeople.flatMap(({ keys }) => Object.values(keys)))]);
    for (const { person, record, keys } of deniablePeople) {
      const personEdits = editsFor(incident, record, keys, rows, now);
      if (personEdits === "listed") await ports.incidents.move(incident.id, person, { state: "listed" });
      else for (const [entry, edit] of personEdits) if (!edits.has(entry)) edits.set(entry, edit);
    }
  }
  return [...edits.values()].map(toRowChange);
}

function deny({ id }: Incident, entry: string, current: Item | undefined, typedAddress?: string): RowEdit {
  const cells = { entry, effect: "deny", note: `incident ${id}`, typed: typedAddress };
  return { before: current, after: { ...keptBeside(current), ...toItem(cells) } };
}

interface IncidentKeys extends ShutOutKeys {
  /** The entry of the person's account that let them in. It would win over a deny of their address. */
  readonly account?: string;
}

/** The keys of the entries that change if the person of a decision is shut out. */
function findKeys(record: DecisionRecord): IncidentKeys | undefined {
  const keys = shutOutKeys(record);
  const read = readEntry(allowingEntry(record) ?? "");
  return keys && { ...keys, ...(read.ok && read.entry.kind === "account" && { account: entryKey(read.entry, "deny") }) };
}

/** `listed` if an entry allows exactly this person and the incident leaves such people out. */
function editsFor(
  incident: Incident,
  record: DecisionRecord,
  { deny: key, allow: allowKey, account }: IncidentKeys,
  rows: ReadonlyMap<string, Item>,
  now: Date,
): "listed" | readonly (readonly [string, RowEdit])[] {
  const [current, own] = [rows.get(key), rows.get(allowKey)];
  const ofAccount = account === undefined ? undefined : rows.get(account);
  const isListed = own !== undefined && allows(own, record, now);
  const isAccountListed = ofAccount !== undefined && allows(ofAccount, record, now);
  if ((isListed || isAccountListed) && !incident.selection.includeListed) return "listed";
  const row = current && readRow(toRow(current));
  const accountEdits = account !== undefined && isAccountListed ? [[account, deny(incident, account, ofAccount)] as const] : [];
  if (deniesAll(row, now) && !isListed) return accountEdits;
  // An allowed address without the +tag belongs to somebody else, and a deny would refuse them too. Then only the account can be disabled.
  const isOfOther = key !== allowKey && row !== undefined && computeEffect(row, now) === "allow" && isLive(row, now);
  const typedAddress = !record.emailTyped && record.email !== key ? record.email : undefined;
  // An allow of the address with its +tag would win over the deny of the address without it, so the allow is removed.
  const isAllow = key !== allowKey && own !== undefined && readRow(toRow(own)).effect === "allow";
  return [
    ...(isOfOther ? [] : [[key, deny(incident, key, current, typedAddress)] as const]),
    ...(isAllow ? [[allowKey, { before: own }] as const] : []),
    ...accountEdits,
  ];
}

function allows(item: Item, { gate = DEFAULT_GATE, issuers = [] }: DecisionRecord, now: Date): boolean {
  const row = readRow(toRow(item));
  const isTheirs = row.issuer === undefined || issuers.includes(row.issuer);
  return computeEffect(row, now) === "allow" && isLive(row, now) && countsAtGate(row, gate) && isTheirs;
}

interface Entries {
  readonly entries: ReadonlySet<string>;
  /** False if a person's decision has expired, so that the person's entries are unknown. */
  readonly isWhole: boolean;
}

/** Finds the keys of the entries that change if the people that match `isMeant` are shut out. */
export async function findEntries(
  incidents: readonly Incident[],
  isMeant: (person: IncidentPerson) => boolean,
  ports: Pick<DenyPorts, "incidents" | "decisions">,
): Promise<Entries> {
  const entries = new Set<string>();
  let isWhole = true;
  for (const { id } of incidents) {
    for await (const page of ports.incidents.people(id)) {
      const people = page.filter(isMeant);
      const records = await ports.decisions.whole(people);
      if (records.length < people.length) isWhole = false;
      for (const record of records) for (const entry of Object.values(findKeys(record) ?? {})) entries.add(entry);
    }
  }
  return { entries, isWhole };
}

/** The people to let back in, and the entries that stay. */
export interface Return {
  readonly author: NamedAuthor;
  readonly act: string | undefined;
  readonly people: ReadonlySet<string>;
  readonly isUndo: boolean;
  /** Entries that shut out people who stay out. Such an entry stays even if it also shuts out people who come back. */
  readonly staying: Entries;
}

interface Undenied {
  /** The first entries that stay because somebody has edited them since. `keptCount` is the number of all such entries. */
  readonly kept: readonly string[];
  readonly keptCount: number;
  /** Number of entries that stay because they shut out somebody else, or may do so. */
  readonly left: number;
  /** The change set that took back the entries which do not stay, in this run or an earlier one. */
  readonly revert?: string | undefined;
}

/** Takes back the incident's entries, except those that were edited since and those that shut out somebody who stays out. */
export async function undeny(incident: Incident, { author, act, people, isUndo, staying }: Return, ports: DenyPorts): Promise<Undenied> {
  const changeSet = incident.changeSet === undefined ? undefined : await ports.changeSets.get(incident.changeSet);
  if (changeSet === undefined) return { kept: [], keptCount: 0, left: 0 };
  const ownEntries = await findEntries([incident], ({ person }) => people.has(person), ports);
  // Of entries with unknown people, an undo takes back the incident's domain. The undo takes back the others only if all entries of people
  // who stay out are known.
  const isOwn = (entry: string) => ownEntries.entries.has(entry) || (isUndo && (staying.isWhole || entry === incident.selection.domain));
  const comesBack = (entry: string) => isOwn(entry) && !staying.entries.has(entry);
  const remainingEntries = new Set<string>();
  const changeSets = withEntries(ports.changeSets, (entry) => {
    const isTaken = comesBack(entry);
    if (!isTaken && (isUndo || ownEntries.entries.has(entry))) remainingEntries.add(entry);
    return isTaken;
  });
  const plan = await planRevert(changeSets, changeSet, rowReader(ports.client, ports.accessListTable), MAX_KEPT);
  const unknown = isUndo || ownEntries.isWhole ? 0 : 1;
  const { reverts, ...draft } = buildRevertDraft(changeSet, plan);
  const edit = { ...draft, ...(isUndo && { reverts }), ...author, means: "incident undo" as const, shutOut: shutOutBy(incident) };
  const ran =
    plan.writes === 0
      ? undefined
      : await applyEdit(editPorts(ports, act), edit, plan.rows, ports.now(), {
          signal: ports.signal,
          ...(isUndo && { revertedSet: changeSet }),
        });
  const { kept, keptCount } = ran ?? plan;
  return { kept, keptCount, left: remainingEntries.size + unknown, revert: ran?.set.id ?? changeSet.revertedBy };
}

function withEntries(store: ChangeSetStore, hasEntry: (entry: string) => boolean): ChangeSetStore {
  return {
    ...store,
    async *parts(...args) {
      for await (const part of store.parts(...args)) yield { ...part, writes: part.writes.filter(({ entry }) => hasEntry(entry)) };
    },
  };
}
