import type { NamedAuthor } from "../../../engine/author";
import type { RunOptions } from "../../access-list/store/run";
import { toEnable } from "../account";
import type { Incident, IncidentPerson } from "../incident";
import { type AccountPorts, disableAccounts, enableAccounts } from "./accounts";
import { type DenyPorts, denyPeople, undeny, undenySome } from "./deny";
import { heldByOthers, isOut, othersShuttingOut } from "./held";
import { IncidentChangedError, type IncidentStore } from "./incidents";

export interface ActingPorts extends DenyPorts {
  /** Called only if an account has to be read. */
  readonly accounts: () => Promise<AccountPorts>;
}

interface ActingOptions extends RunOptions {
  readonly listOnly?: boolean | undefined;
  /** When somebody asked for it: ISO 8601. @default now */
  readonly askedAt?: string | undefined;
}

/** Denies an incident's people and disables their accounts. A repeat continues. @param clock read at the start and at the end */
export async function actOnPeople(
  incident: Incident,
  author: NamedAuthor,
  ports: ActingPorts,
  clock: () => Date,
  { listOnly, askedAt, ...options }: ActingOptions,
): Promise<Incident> {
  const now = clock();
  const { by, name } = author;
  const first = incident.actedAt === undefined && {
    actedBy: by,
    ...(name !== undefined && { actedName: name }),
    actedAt: askedAt ?? now.toISOString(),
  };
  const begun = await moved(ports.incidents, incident, { state: "acting", ...first });
  const denied = await denyPeople(begun, author, ports, now, options);
  if (!listOnly) await disableAccounts(denied, await ports.accounts());
  return await moved(ports.incidents, denied, {
    state: "acted",
    endedAt: clock().toISOString(),
    outcome: await ports.incidents.outcome(incident.id),
  });
}

export interface Undone {
  readonly incident: Incident;
  /** The first entries that stay because somebody has edited them since. The incident has their number. */
  readonly kept: readonly string[];
}

/**
 * Enables the accounts that acting disabled, and reverts its change set, except for people that another incident shuts out. A repeat
 * continues.
 */
export async function undo(
  incident: Incident,
  author: NamedAuthor,
  ports: ActingPorts,
  clock: () => Date,
  { askedAt, ...options }: Omit<ActingOptions, "listOnly">,
): Promise<Undone> {
  const now = clock();
  const { by, name } = author;
  const first = incident.undoneAt === undefined && {
    undoneBy: by,
    ...(name !== undefined && { undoneName: name }),
    undoneAt: askedAt ?? now.toISOString(),
  };
  const stopped = await moved(ports.incidents, incident, { state: "undoing", ...first });
  const held = await heldByOthers(incident, ports.incidents);
  const counts = await ports.incidents.outcome(incident.id);
  // Acting may have been interrupted, so the number to enable is known only now.
  const begun = await moved(ports.incidents, stopped, { outcome: counts });
  // If no account was disabled, no sign-in to Graph is needed.
  if (toEnable.some((state) => counts[state] !== undefined))
    await enableAccounts(begun, await ports.accounts(), (person) => !held.has(person));
  const undenied = await undeny(begun, held, author, ports, now, options);
  const { revert, kept, keptCount, heldCount } = undenied ?? { kept: [], keptCount: 0, heldCount: 0 };
  const outcome = await ports.incidents.outcome(incident.id);
  const ended = await moved(ports.incidents, begun, {
    state: "undone",
    endedAt: clock().toISOString(),
    outcome,
    held: held.size || heldCount,
    kept: keptCount,
    ...(revert !== undefined && { revert }),
  });
  return { incident: ended, kept };
}

/**
 * Reverts every incident's denies of the people in the state `enabling`, and enables their accounts. The others stay shut out. A repeat
 * continues. Throws Graph's answer if it refuses somebody.
 */
export async function letBackIn(
  incident: Incident,
  author: NamedAuthor,
  ports: ActingPorts,
  now: Date,
  options: RunOptions,
): Promise<void> {
  const back = new Set<string>();
  for await (const people of ports.incidents.people(incident.id))
    for (const { person, state } of people) if (state === "enabling") back.add(person);
  const others: Incident[] = [];
  for await (const other of othersShuttingOut(incident, ports.incidents)) others.push(other);
  // The list first: once their accounts are enabled, these people cannot be found again.
  let kept = 0;
  for (const each of [incident, ...others]) kept += await undenySome(each, back, author, ports, now, options);
  const refusal = await enableAccounts(incident, await ports.accounts(), (person) => back.has(person));
  const enabled = [...(await among(incident, back, ports.incidents))].flatMap(({ person, state }) => (state === "enabled" ? [person] : []));
  for (const other of others) await release(other, enabled, ports.incidents, now);
  await moved(ports.incidents, incident, { kept, outcome: await ports.incidents.outcome(incident.id) });
  if (refusal !== undefined) throw refusal;
}

async function among({ id }: Incident, people: Iterable<string>, incidents: IncidentStore): Promise<Iterable<IncidentPerson>> {
  return (await incidents.among([...people].map((person) => ({ id, person })))).values();
}

async function release(other: Incident, people: readonly string[], incidents: IncidentStore, now: Date): Promise<void> {
  for (const person of await among(other, people, incidents))
    if (isOut(person)) await incidents.move(other.id, person, { state: "enabled", enabledAt: now.toISOString() });
}

async function moved(incidents: IncidentStore, incident: Incident, facts: Partial<Incident>): Promise<Incident> {
  const next = await incidents.update(incident, ["state", "people", "changeSet"], facts);
  if (next === undefined) throw new IncidentChangedError(incident.id);
  return next;
}
