import { SettingsError } from "../../../adapters/aws/settings";
import { GraphError, pauseAfter } from "../../../adapters/graph/graph";
import { CredentialError } from "../../../adapters/graph/sign-in";
import type { NamedAuthor } from "../../../engine/author";
import { TakenOverError } from "../../access-list/store/run";
import { toDisable, toEnable } from "../account";
import type { Incident, IncidentPerson } from "../incident";
import {
  type IncidentObjection,
  type IncidentVerb,
  incidentObjection,
  isKeepingOut,
  isOut,
  isUnderWay,
  isWorkedOn,
  markBegun,
  stepBy,
  type WorkVerb,
} from "../steps";
import { type AccountPorts, type DirectoryPorts, switchAccounts } from "./accounts";
import { type DenyPorts, denyPeople, findEntries, undeny } from "./denies";
import { type Hold, holdIncident, IncidentChangedError } from "./hold";
import type { IncidentStore } from "./incidents";

export class NoAccountsError extends Error {
  override readonly name = "NoAccountsError";
}

export interface WorkPorts extends DenyPorts, AccountPorts {
  /** Called only if an account has to be read. Throws NoAccountsError if there is no credential, and SettingsError. */
  directory(): Promise<DirectoryPorts>;
}

export interface StepTaken {
  readonly incident: Incident;
  readonly done?: "asked" | "confirmed" | "begun";
  /** Why nothing was done. `stale`: somebody else changed the incident meanwhile, or a worker has it. */
  readonly objection?: IncidentObjection | "stale";
}

/**
 * Takes a step in somebody's name: asks for a second person, confirms, or asks for the work. An Undo stops a worker that acts: the worker
 * checks before each person, and continues with the Undo.
 * @param by who, and `byWorker` if the worker does it, and not the caller
 */
export async function takeStep(
  incidents: IncidentStore,
  incident: Incident,
  verb: IncidentVerb,
  { listOnly = false, byWorker, ...who }: NamedAuthor & { readonly listOnly?: boolean | undefined; readonly byWorker: boolean },
  now: Date,
): Promise<StepTaken> {
  const objection = incidentObjection(verb, incident, who, now);
  const asks = objection === "second-person" && incident.askedBy === undefined;
  if (objection !== undefined && !asks) return { incident, objection };
  const { by, name, userNames } = who;
  const at = now.toISOString();
  const stale = { incident, objection: "stale" } as const;
  const write = async (done: NonNullable<StepTaken["done"]>, expected: readonly (keyof Incident)[], facts: Partial<Incident>) => {
    const next = await incidents.update(incident, ["state", "people", "askedBy", "confirmedBy", ...expected], facts);
    return next === undefined ? stale : { incident: next, done };
  };
  if (asks) {
    const facts = { askedBy: by, askedName: name, askedUserNames: userNames && [...userNames], askedAt: at };
    return await write("asked", [], { ...facts, ...stepBy("asked", who, at) });
  }
  if (verb === "confirm") {
    return await write("confirmed", [], { confirmedBy: by, confirmedName: name, confirmedAt: at, ...stepBy("confirmed", who, at) });
  }
  // It would replace unfinished work. Only an Undo has the same result for the people concerned.
  const isStopping = verb === "undo" && (incident.wish === "act" || !isWorkedOn(incident, now));
  if (isUnderWay(incident) && !isStopping) return stale;
  const work = byWorker && { work: incident.work === "running" ? incident.work : ("waiting" as const) };
  const wish = { wish: verb, wishedBy: by, wishedName: name, listOnly, ...work };
  return await write("begun", ["work", "wish"], { ...markBegun(incident, verb, who, at), ...wish });
}

/** Does what was asked for in the console, one incident after the other. A repeat continues. @param report failures that no page resolves */
export async function workOnAll(ports: WorkPorts, report: (error: unknown) => void): Promise<void> {
  for await (const incident of ports.incidents.all()) {
    if (ports.signal.aborted) return;
    if (isUnderWay(incident) && !isWorkedOn(incident, ports.now())) await workOff(incident, ports, report);
  }
}

async function workOff(incident: Incident, ports: WorkPorts, report: (error: unknown) => void): Promise<void> {
  const { id, wish, wishedBy: by = "", wishedName: name } = incident;
  if (wish === undefined) return;
  try {
    await workOn(incident, { by, name }, ports, "running");
  } catch (error) {
    if (workAfter(error, ports.signal) === "failed") report(error);
  }
  const current = await ports.incidents.get(id);
  // Somebody has asked for the opposite since.
  if (current !== undefined && current.wish !== wish && isUnderWay(current)) await workOff(current, ports, report);
}

/** Does what was asked for of an incident. A repeat continues. @param work that of the worker. @returns entries that were edited since */
export async function workOn(
  incident: Incident,
  author: NamedAuthor,
  ports: WorkPorts,
  work?: "running",
): Promise<{ readonly incident: Incident; readonly kept: readonly string[] }> {
  const { incidents, now, signal } = ports;
  const verb = incident.wish ?? "act";
  // A row of an earlier version may ask for what has not begun.
  const facts = { ...markBegun(incident, verb, author, now().toISOString()), ...(work && { work }) };
  const hold = await holdIncident(incident, incidents, now, facts);
  try {
    const kept = await carryOut(hold, verb, author, ports);
    await hold.release("done");
    return { incident: hold.incident, kept };
  } catch (error) {
    await hold.release(work && workAfter(error, signal));
    throw error;
  }
}

async function carryOut(hold: Hold, verb: WorkVerb, author: NamedAuthor, ports: WorkPorts): Promise<readonly string[]> {
  // A row may be written by hand, so check again what the page checked.
  const objection = incidentObjection(verb, hold.incident, author, ports.now());
  if (objection !== undefined) throw new Error(`Nothing was done: ${objection}.`);
  if (verb !== "act") return await letBackIn(hold, verb === "undo", author, ports);
  const { id, listOnly, actedBy = author.by, actedName } = hold.incident;
  await denyPeople(hold, author, ports, ports.now(), ports);
  if (!listOnly) await switchAccounts(hold, false, ({ state }) => toDisable.includes(state), { ...ports, ...(await ports.directory()) });
  const endedAt = ports.now().toISOString();
  const step = stepBy("acted", { by: actedBy, name: actedName }, endedAt);
  await hold.write({ state: "acted", endedAt, outcome: await ports.incidents.outcome(id), ...step });
  return [];
}

/**
 * Takes back what denies an incident's people, and enables the accounts that acting disabled: all but those whom another incident keeps out,
 * or only those in the state `enabling`, and those from every incident. Throws Graph's answer if it refuses one of the latter.
 * @returns the first entries that stay because somebody has edited them since
 */
async function letBackIn(hold: Hold, isUndo: boolean, author: NamedAuthor, ports: WorkPorts): Promise<readonly string[]> {
  const { incidents, now } = ports;
  const { id, undoneBy = author.by, undoneName } = hold.incident;
  const { others, held, ...back } = await planReturn(hold.incident, isUndo, author, ports);
  // Acting may have been interrupted, so the number to enable is known only now.
  const { outcome = {} } = await hold.write({ outcome: await incidents.outcome(id) });
  // If no account was disabled, no sign-in to Graph is needed. The list stays where it is needed, and there is no credential.
  const directory = toEnable.some((state) => outcome[state] !== undefined) ? await ports.directory() : undefined;
  const { kept, keptCount, left, revert } = await undeny(hold.incident, back, ports, now(), ports);
  let keptElsewhere = 0;
  for (const other of isUndo ? [] : others) {
    const came = await undeny(other, back, ports, now(), ports);
    keptElsewhere += came.keptCount + came.left;
  }
  const isBack = ({ person }: IncidentPerson) => back.people.has(person);
  const isMeant = (each: IncidentPerson) => isBack(each) && toEnable.includes(each.state);
  const refusal = directory && (await switchAccounts(hold, true, isMeant, { ...ports, ...directory }));
  const facts = { outcome: await incidents.outcome(id) };
  const endedAt = now().toISOString();
  if (isUndo) {
    const step = stepBy("undone", { by: undoneBy, name: undoneName }, endedAt);
    await hold.write({ ...facts, state: "undone", endedAt, kept: keptCount, held: held || left, revert, ...step });
    return kept;
  }
  const enabled = await incidents.find([hold.incident], (each) => isBack(each) && each.state === "enabled");
  for (const other of others) await releaseFrom(other, enabled, ports);
  await hold.write({ ...facts, kept: keptCount + left + keptElsewhere, ...(enabled.size > 0 && stepBy("enabled", author, endedAt)) });
  if (refusal !== undefined) throw refusal;
  return kept;
}

/** Decides who comes back, and which entries have to stay for those who do not. */
async function planReturn(incident: Incident, isUndo: boolean, author: NamedAuthor, ports: WorkPorts) {
  const { incidents } = ports;
  const others: Incident[] = [];
  for await (const other of incidents.all()) if (other.id !== incident.id && isKeepingOut(other)) others.push(other);
  const elsewhere = isUndo ? await incidents.find(others, isOut) : new Set<string>();
  const comesBack = ({ person, state }: IncidentPerson) => (isUndo ? !elsewhere.has(person) : state === "enabling");
  const people = await incidents.find([incident], comesBack);
  const held = (await incidents.find([incident], ({ person }) => elsewhere.has(person))).size;
  const staysOut = (each: IncidentPerson) => isOut(each) && !people.has(each.person);
  const { entries, isWhole } = await findEntries([incident, ...others], staysOut, ports);
  const domains = others.flatMap(({ selection: { domain, denyDomain } }) => (denyDomain && domain !== undefined ? [domain] : []));
  return { others, held, author, people, isUndo, staying: { entries: new Set([...entries, ...domains]), isWhole } };
}

/** Another incident keeps people out no more who are back. */
async function releaseFrom({ id }: Incident, people: ReadonlySet<string>, { incidents, now }: WorkPorts): Promise<void> {
  const members = await incidents.among([...people].map((person) => ({ id, person })));
  for (const person of members.values())
    if (isOut(person)) await incidents.move(id, person, { state: "enabled", enabledAt: now().toISOString() });
}

/** `waiting`: the next call continues. */
function workAfter(error: unknown, signal: AbortSignal): "waiting" | "refused" | "failed" {
  const isBusy = error instanceof TakenOverError || error instanceof IncidentChangedError;
  const passes = error instanceof GraphError && pauseAfter(error, 1) !== undefined;
  if (isBusy || passes || signal.aborted) return "waiting";
  const refuses = [GraphError, SettingsError, CredentialError, NoAccountsError].some((each) => error instanceof each);
  return refuses ? "refused" : "failed";
}
