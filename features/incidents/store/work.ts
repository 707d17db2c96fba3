import type { AwsClient } from "../../../adapters/aws/client";
import { SettingsError } from "../../../adapters/aws/settings";
import { GraphError, pauseAfter } from "../../../adapters/graph/graph";
import { CredentialError } from "../../../adapters/graph/sign-in";
import { isHeld } from "../../../adapters/jobs/job";
import type { NamedAuthor } from "../../../engine/audited-change";
import { changeSetStore } from "../../access-list/store/change-sets";
import { TakenOverError } from "../../access-list/store/run";
import { decisionStore } from "../../decisions/store/decisions";
import type { Incident, IncidentPerson, IncidentStep } from "../incident";
import {
  addStep,
  findStep,
  type IncidentObjection,
  type IncidentVerb,
  incidentObjection,
  isKeepingOut,
  isOut,
  isUnderWay,
  markBegun,
  type StepAuthor,
  toDisable,
  toEnable,
  type WorkVerb,
} from "../steps";
import { type DirectoryPorts, switchAccounts } from "./accounts";
import { type DenyPorts, denyPeople, findEntries, undeny } from "./denies";
import { type Hold, holdIncident, IncidentChangedError } from "./hold";
import { type IncidentStore, incidentStore } from "./incidents";

export class NoAccountsError extends Error {
  override readonly name = "NoAccountsError";
}

export interface WorkPorts extends DenyPorts {
  /** Called after each account. */
  onDone?(): void;
  /** Called only if an account has to be read. Throws NoAccountsError without a credential, SettingsError for invalid settings. */
  directory(): Promise<DirectoryPorts>;
}

/** @param nameOf returns a table's deployed name */
export function workPorts(
  client: AwsClient,
  nameOf: (table: "accessList" | "decisions" | "listChanges") => string,
  more: Omit<WorkPorts, "client" | "accessListTable" | "changeSets" | "incidents" | "decisions">,
): WorkPorts {
  return {
    ...{ ...more, client, accessListTable: nameOf("accessList") },
    changeSets: changeSetStore(client, nameOf("listChanges"), more.now),
    incidents: incidentStore(client, nameOf("listChanges")),
    decisions: decisionStore(client, nameOf("decisions")),
  };
}

export interface StepTaken {
  readonly incident: Incident;
  readonly done?: "asked" | "confirmed" | "begun";
  /** `stale`: somebody else changed the incident meanwhile, or a worker is working on it. */
  readonly objection?: IncidentObjection | "stale";
}

/** An Undo stops a worker that shuts people out: the worker checks before each person, and continues with the Undo. */
export async function takeStep(
  incidents: IncidentStore,
  incident: Incident,
  verb: IncidentVerb,
  { listOnly = false, byWorker, ...who }: StepAuthor & { readonly listOnly?: boolean | undefined; readonly byWorker: boolean },
  now: Date,
): Promise<StepTaken> {
  const objection = incidentObjection(verb, incident, who, now);
  const asks = objection === "second-person" && findStep(incident, "asked") === undefined;
  if (objection !== undefined && !asks) return { incident, objection };
  const at = now.toISOString();
  const stepName = asks ? "asked" : verb === "confirm" ? "confirmed" : "begun";
  // Only an Undo may replace unfinished work: shutting out at any time, other work only while nobody is doing the work. The result is the
  // same as if only the Undo had been requested.
  const isStopping = verb === "undo" && (incident.wish === "act" || !isHeld(incident, now));
  if (stepName === "begun" && isUnderWay(incident) && !isStopping) return { incident, objection: "stale" };
  const wish = {
    wish: verb as WorkVerb,
    wishedBy: who.by,
    wishedName: who.name,
    act: who.act,
    listOnly,
    ...(byWorker && { work: "waiting" as const }),
  };
  const facts = stepName === "begun" ? { ...markBegun(incident, wish.wish, who, at), ...wish } : addStep(incident, stepName, who, at);
  const next = await incidents.update(incident, ["state", "people", "work", "wish"], facts);
  return next === undefined ? { incident, objection: "stale" } : { incident: next, done: stepName };
}

/**
 * A repeat continues the work.
 * @param report called with an error that makes the progress `failed`
 * @returns Graph's answer for which work waits until a repeat, if any does
 */
export async function workOnAll(ports: WorkPorts, report: (error: unknown) => void): Promise<GraphError | undefined> {
  let obstacle: GraphError | undefined;
  for await (const incident of ports.incidents.all()) {
    if (ports.signal.aborted) return obstacle;
    if (isUnderWay(incident) && !isHeld(incident, ports.now())) obstacle = (await workOff(incident, ports, report)) ?? obstacle;
  }
  return obstacle;
}

async function workOff(incident: Incident, ports: WorkPorts, report: (error: unknown) => void): Promise<GraphError | undefined> {
  const { id, wish, wishedBy: by = "", wishedName: name } = incident;
  if (wish === undefined) return undefined;
  let obstacle: GraphError | undefined;
  try {
    await workOn(incident, { by, name }, ports, true);
  } catch (error) {
    const work = workAfter(error, ports.signal);
    if (work === "failed") report(error);
    if (work === "waiting" && error instanceof GraphError) obstacle = error;
  }
  const current = await ports.incidents.get(id);
  // If somebody has requested other work since, that work is done now.
  return current !== undefined && current.wish !== wish && isUnderWay(current) ? await workOff(current, ports, report) : obstacle;
}

/** A repeat continues the work. @returns the incident, and the first entries that stay because somebody has edited them since */
export async function workOn(
  incident: Incident,
  author: NamedAuthor,
  ports: WorkPorts,
  byWorker = false,
): Promise<{ readonly incident: Incident; readonly kept: readonly string[] }> {
  const { incidents, now, signal } = ports;
  const verb = incident.wish ?? "act";
  // A row of an earlier version may lack the step that begins the requested work. Then `markBegun` adds the step.
  const hold = await holdIncident(incident, incidents, now, markBegun(incident, verb, author, now().toISOString()));
  try {
    // The row may have been written by hand, so the check of `takeStep` is repeated.
    const objection = incidentObjection(verb, hold.incident, author, now());
    if (objection !== undefined) throw new Error(`Nothing was done: ${objection}.`);
    const keptEntries = verb === "act" ? await shutOut(hold, author, ports) : await letBackIn(hold, verb === "undo", author, ports);
    await hold.release("done");
    return { incident: hold.incident, kept: keptEntries };
  } catch (error) {
    await hold.release(byWorker ? workAfter(error, signal) : undefined);
    throw error;
  }
}

async function shutOut(hold: Hold, author: NamedAuthor, ports: WorkPorts): Promise<readonly string[]> {
  await denyPeople(hold, author, ports);
  const isMeant = ({ state }: IncidentPerson) => toDisable.includes(state);
  if (!hold.incident.listOnly) await switchAccounts(hold, false, isMeant, { ...ports, ...(await ports.directory()) });
  await end(hold, "acted", author, ports, { state: "acted" });
  return [];
}

async function end(
  hold: Hold,
  what: IncidentStep | undefined,
  author: StepAuthor,
  { incidents, now }: WorkPorts,
  facts: Partial<Incident>,
) {
  const step = what && addStep(hold.incident, what, { ...author, act: hold.incident.act }, now().toISOString());
  await hold.write({ outcome: await incidents.outcome(hold.incident.id), ...facts, ...step });
}

/**
 * @param isUndo true to let in everybody that no other incident shuts out; false to let in only people in the state `enabling`, and to take
 * back their entries in every incident
 * @throws Graph's answer if Graph refuses one of the people and `isUndo` is false
 */
async function letBackIn(hold: Hold, isUndo: boolean, author: NamedAuthor, ports: WorkPorts): Promise<readonly string[]> {
  const { incidents } = ports;
  const { others, held, ...back } = await planReturn(hold.incident, isUndo, author, ports);
  // Counts the people's states again, because shutting out may have been interrupted before it stored the numbers.
  const outcome = await incidents.outcome(hold.incident.id);
  await hold.write({ outcome });
  // If no account was disabled, no sign-in to Graph is needed. A missing credential throws here, before the list is changed.
  const directory = toEnable.some((state) => outcome[state] !== undefined) ? await ports.directory() : undefined;
  const undenial = await undeny(hold.incident, back, ports);
  const all = [undenial];
  if (!isUndo) for (const other of others) all.push(await undeny(other, back, ports));
  const isBack = ({ person }: IncidentPerson) => back.people.has(person);
  const isMeant = (each: IncidentPerson) => isBack(each) && toEnable.includes(each.state);
  const refusal = directory && (await switchAccounts(hold, true, isMeant, { ...ports, ...directory }));
  if (isUndo) {
    await end(hold, "undone", author, ports, {
      state: "undone",
      kept: undenial.keptCount,
      held: held || undenial.left,
      revert: undenial.revert,
    });
    return undenial.kept;
  }
  const enabledPeople = await incidents.find([hold.incident], (each) => isBack(each) && each.state === "enabled");
  for (const other of others) await releaseFrom(other, enabledPeople, ports);
  const totalKept = all.reduce((sum, { keptCount, left }) => sum + keptCount + left, 0);
  const members = await incidents.among([...enabledPeople].map((person) => ({ id: hold.incident.id, person })));
  if (members.size === 0) await end(hold, undefined, author, ports, { kept: totalKept });
  for (const { person, reference, id } of members.values())
    await end(hold, "enabled", { ...author, whom: { person, reference, id } }, ports, { kept: totalKept });
  if (refusal !== undefined) throw refusal;
  return undenial.kept;
}

async function planReturn(incident: Incident, isUndo: boolean, author: NamedAuthor, ports: WorkPorts) {
  const { incidents } = ports;
  const others: Incident[] = [];
  for await (const other of incidents.all()) if (other.id !== incident.id && isKeepingOut(other)) others.push(other);
  const elsewhere = isUndo ? await incidents.find(others, isOut) : new Set<string>();
  const comesBack = ({ person, state }: IncidentPerson) => (isUndo ? !elsewhere.has(person) : state === "enabling");
  const people = await incidents.find([incident], comesBack);
  const heldCount = (await incidents.find([incident], ({ person }) => elsewhere.has(person))).size;
  const staysOut = (each: IncidentPerson) => isOut(each) && !people.has(each.person);
  const { entries, isWhole } = await findEntries([incident, ...others], staysOut, ports);
  const domains = others.flatMap(({ selection: { domain, denyDomain } }) => (denyDomain && domain !== undefined ? [domain] : []));
  return {
    others,
    held: heldCount,
    author,
    act: incident.act,
    people,
    isUndo,
    staying: { entries: new Set([...entries, ...domains]), isWhole },
  };
}

async function releaseFrom({ id }: Incident, people: ReadonlySet<string>, { incidents, now }: WorkPorts): Promise<void> {
  const members = await incidents.among([...people].map((person) => ({ id, person })));
  for (const person of members.values())
    if (isOut(person)) await incidents.move(id, person, { state: "enabled", enabledAt: now().toISOString() });
}

/** The state of work after an error. With `waiting`, the worker's next run continues. */
function workAfter(error: unknown, signal: AbortSignal): "waiting" | "refused" | "failed" {
  const isBusy = error instanceof TakenOverError || error instanceof IncidentChangedError;
  const passes = error instanceof GraphError && pauseAfter(error, 1) !== undefined;
  if (isBusy || passes || signal.aborted) return "waiting";
  const refuses = [GraphError, SettingsError, CredentialError, NoAccountsError].some((each) => error instanceof each);
  return refuses ? "refused" : "failed";
}
