import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { alignedTable, counted } from "../../../cli/output";
import { warnOfUnreadable } from "../../../cli/stores";
import { localTime } from "../../../cli/typed";
import { decisionStore } from "../../decisions/store/decisions";
import { ALONE_UP_TO, type Incident, type IncidentPerson, type PersonState } from "../incident";
import { countedBy } from "../selection";
import { incidentNamed, incidentsOf } from "./incidents";

export interface ShowOptions extends DeploymentOptions, JsonOption {
  readonly limit: number;
}

export async function showIncidents(id: string | undefined, options: ShowOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const store = incidentsOf(deployment);
  if (id !== undefined) {
    await reportIncident(await incidentNamed(id, store), deployment, options, session);
    return;
  }
  const { items: incidents, unreadable, next } = await store.page(undefined, options.limit);
  for (const incident of incidents) {
    if (options.json) output.json(incident);
    else output.print(`${incident.id}  ${incident.state}  ${counted(incident.people, "person", "people")}  ${incident.by}`);
  }
  warnOfUnreadable(output, unreadable);
  if (incidents.length === 0) output.warn("There are no incidents: incident select finds the people of one.");
  if (next !== undefined) output.warn(`There are more than ${options.limit}: see --limit.`);
}

/** Prints the selection, the actions and some of the people. @param isEnd true to print the next step */
export async function reportIncident(
  incident: Incident,
  deployment: Deployment,
  options: ShowOptions,
  { output }: CommandContext,
  isEnd = true,
): Promise<void> {
  const people = await peopleOf(incident, deployment, options.limit);
  if (options.json) {
    output.json({ ...incident, sample: people });
    return;
  }
  const { id, state, selection, decisions, people: count, listed, nameless, by } = incident;
  const { from, to, ...marks } = selection;
  const only = Object.entries(marks).map(([name, value]) => `${name === "includeListed" ? "include listed" : name} ${value}`);
  output.print(`Incident ${id}: ${state}, opened by ${by}`);
  output.print(`${localTime(from)} to ${localTime(to)}${only.length === 0 ? "" : `, ${only.join(", ")}`}`);
  output.print(`${counted(count, "person", "people")} let in, by ${counted(decisions, "decision")}`);
  if (listed > 0) output.print(`Left out, as the access list names the person: ${counted(listed, "decision")}`);
  if (nameless > 0) output.print(`Left out, as they name no address: ${counted(nameless, "decision")}`);
  for (const line of countLines(incident)) output.print(line);
  for (const line of doneLines(incident)) output.print(line);
  for (const line of alignedTable()(people.map(personCells))) output.print(`  ${line}`);
  if (count > people.length) output.print(`  and ${count - people.length} more`);
  const next = nextStep(incident);
  if (isEnd && next !== undefined) output.warn(`${next}${placeFlags(options)}`);
}

function countLines({ counts }: Incident): readonly string[] {
  return countedBy.flatMap((mark) => {
    const { top, others } = counts[mark];
    if (top.length === 0) return [];
    const rest = others === 0 ? "" : `, others ${others}`;
    return [`By ${mark}: ${top.map(([value, count]) => `${value} ${count}`).join(", ")}${rest}`];
  });
}

export function changeSetLines({ changeSet, revert }: Incident): readonly string[] {
  return [
    ...(changeSet === undefined ? [] : [`Deny entries: change set ${changeSet}`]),
    ...(revert === undefined ? [] : [`Taken back: change set ${revert}`]),
  ];
}

function doneLines(incident: Incident): readonly string[] {
  const { askedBy, askedAt, confirmedBy, confirmedAt, actedBy, actedAt, undoneBy, undoneAt, outcome } = incident;
  const step = (what: string, by: string | undefined, at: string | undefined) =>
    by === undefined || at === undefined ? [] : [`${what} by ${by}, ${localTime(at)}`];
  return [
    ...step("Second person asked for", askedBy, askedAt),
    ...step("Confirmed", confirmedBy, confirmedAt),
    ...step("Acted on", actedBy, actedAt),
    ...step("Undone", undoneBy, undoneAt),
    ...changeSetLines(incident),
    ...(outcome === undefined ? [] : outcomeLines(outcome)),
  ];
}

const stateWords: Readonly<Record<PersonState, string>> = {
  selected: "nothing done",
  disabling: "about to be disabled",
  disabled: "account disabled",
  enabling: "about to be enabled",
  enabled: "account enabled again",
  changed: "enabled by somebody else",
  listed: "named by an entry of the list: left as they are",
  none: "no account found",
  several: "several accounts found: none touched",
  other: "the account is not of this sign-up: not touched",
  already: "the account was disabled already",
  gone: "the account was deleted",
  refused: "Graph refuses",
  forgotten: "the decision is no longer kept: not touched",
};

export function outcomeLines(outcome: NonNullable<Incident["outcome"]>): readonly string[] {
  return Object.entries(outcome).map(([state, count]) => `${count}: ${stateWords[state as PersonState]}`);
}

interface ShownPerson extends Pick<IncidentPerson, "reference" | "at" | "state" | "account" | "code"> {
  /** Absent if the decision has expired. */
  readonly email?: string;
}

function personCells({ email = "?", reference, at, state, code }: ShownPerson): readonly string[] {
  return [email, reference, localTime(at), `${stateWords[state]}${code === undefined ? "" : ` (${code})`}`];
}

async function peopleOf({ id }: Incident, deployment: Deployment, limit: number): Promise<readonly ShownPerson[]> {
  const people: IncidentPerson[] = [];
  for await (const page of incidentsOf(deployment).people(id, Math.min(limit, 500))) {
    people.push(...page.slice(0, limit - people.length));
    if (people.length >= limit) break;
  }
  const records = await decisionStore(deployment.dynamodb, deployment.decisionsTable).whole(people);
  const emails = new Map(records.map((record) => [record.id, record.email]));
  return people.map(({ id: decision, reference, at, state, account, code }) => {
    const email = emails.get(decision);
    return { ...(email && { email }), reference, at, state, ...(account && { account }), ...(code && { code }) };
  });
}

function nextStep({ id, state, people, askedBy, confirmedBy }: Incident): string | undefined {
  if (people === 0) return undefined;
  const command = (verb: string) => `npm run gate -- incident ${verb} ${id}`;
  if (state === "acting" || state === "undoing") return `To continue: ${command(state === "acting" ? "act" : "undo")}`;
  if (state === "acted") return `To undo it: ${command("undo")}`;
  if (state !== "open") return undefined;
  const waits = people > ALONE_UP_TO && askedBy !== undefined && confirmedBy === undefined;
  return waits ? `A second person confirms it: ${command("confirm")}` : `To shut these people out: ${command("act")}`;
}
