import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { alignedTable, formatCount } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace, printView, readTypedQuery } from "../../../cli/view";
import { decisionStore } from "../../decisions/store/decisions";
import { INCIDENT_DAYS, type Incident, type IncidentPerson } from "../incident";
import { describeMarks } from "../selection";
import { countErased, findStep, type IncidentVerb, incidentObjection, isUnderWay } from "../steps";
import { type IncidentStore, incidentStore } from "../store/incidents";
import { incidentsView } from "../views";
import { countsByState, listLeft, operatorTexts as t } from "../words";

export interface ShowOptions extends DeploymentOptions, JsonOption {
  readonly limit: number;
}

export function openIncidentStore({ dynamodb, listChangesTable }: Deployment): IncidentStore {
  return incidentStore(dynamodb, listChangesTable);
}

export function unknownIncident(id: string): string {
  return `There is no incident ${id}: they are kept for ${INCIDENT_DAYS} days, and incident show lists them.`;
}

export async function showIncidents(id: string | undefined, options: ShowOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const store = openIncidentStore(deployment);
  if (id !== undefined) {
    const incident = await store.get(id);
    if (incident === undefined) throw new CommandError(unknownIncident(id));
    return await reportIncident(incident, deployment, options, session);
  }
  const { limit, json } = options;
  const line = ({ id, state, people, by, name = by }: Incident) => `${id}  ${state}  ${formatCount(people, "person", "people")}  ${name}`;
  const query = readTypedQuery(incidentsView.filters, options, session.time?.now() ?? new Date());
  const { count, next } = await printView(incidentsView, query, operatorPlace(deployment), { output, json, limit, line });
  if (count === 0) output.warn("There are no incidents: incident select finds the people of one.");
  if (next !== undefined) output.warn(`There are more than ${options.limit}: see --limit.`);
}

/** @param isEnd true to print the next step */
export async function reportIncident(
  incident: Incident,
  deployment: Deployment,
  options: ShowOptions,
  { output, time }: CommandContext,
  isEnd = true,
): Promise<void> {
  const { people, emails } = await readShownPeople(incident, deployment, options.limit);
  if (options.json) {
    output.json({ ...incident, sample: people });
    return;
  }
  const { selection, decisions, people: count, listed, nameless } = incident;
  const span = `${localTime(selection.from)} to ${localTime(selection.to)}`;
  output.print([span, ...describeMarks(selection)].join(", "));
  output.print(`${formatCount(count, "person", "people")} let in, by ${formatCount(decisions, "decision")}`);
  if (listed > 0) output.print(`${t.listed}: ${formatCount(listed, "decision")}`);
  if (nameless > 0) output.print(`${t.nameless}: ${formatCount(nameless, "decision")}`);
  for (const line of doneLines(incident, emails)) output.print(line);
  if (!isUnderWay(incident)) {
    const erased = countErased(incident, await openIncidentStore(deployment).outcome(incident.id));
    for (const text of listLeft(incident, erased)) output.print(text);
  }
  const cells = people.map(({ email = "?", reference, at, state, code }) => {
    return [email, reference, localTime(at), `account ${t.persons[state]}${code === undefined ? "" : ` (${code})`}`];
  });
  for (const line of alignedTable()(cells)) output.print(`  ${line}`);
  if (count > people.length) output.print(`  ${t.more(String(count - people.length))}`);
  const next = nextStep(incident, options, time?.now() ?? new Date());
  if (isEnd && next !== undefined) output.warn(next);
}

/** @param emails the addresses of people, by the ids of their decisions */
export function doneLines(
  { id, state, people, steps, changeSet, revert, outcome = {} }: Incident,
  emails: ReadonlyMap<string, string | undefined> = new Map(),
): readonly string[] {
  const accounts = countsByState(outcome);
  return [
    `Incident ${id}: ${state}, ${formatCount(people, "person", "people")}`,
    ...steps.map(({ what, at, by, name = by, whom }) => {
      const person = whom === undefined ? "" : ` ${emails.get(whom.id) ?? whom.reference}`;
      return `${localTime(at)}  ${what}${person} by ${name}`;
    }),
    ...(changeSet === undefined ? [] : [`Deny entries: change set ${changeSet}`]),
    ...(revert === undefined ? [] : [`Taken back: change set ${revert}`]),
    ...(accounts === "" ? [] : [t.ofAccounts(accounts)]),
  ];
}

interface ShownPerson extends Pick<IncidentPerson, "reference" | "at" | "state" | "account" | "code"> {
  /** Absent if the decision has expired. */
  readonly email?: string;
}

async function readShownPeople({ id, steps }: Incident, deployment: Deployment, limit: number) {
  const people: IncidentPerson[] = [];
  for await (const page of openIncidentStore(deployment).people(id, Math.min(limit, 500))) {
    people.push(...page.slice(0, limit - people.length));
    if (people.length >= limit) break;
  }
  const named = new Map([...people, ...steps.flatMap(({ whom }) => whom ?? [])].map((each) => [each.id, each]));
  const records = await decisionStore(deployment.dynamodb, deployment.decisionsTable).whole([...named.values()]);
  const emails = new Map(records.map((record) => [record.id, record.email]));
  const shown = people.map(({ id: decision, reference, at, state, account, code }): ShownPerson => {
    const email = emails.get(decision);
    return { ...(email && { email }), reference, at, state, ...(account && { account }), ...(code && { code }) };
  });
  return { people: shown, emails };
}

export function formatCommand(verb: IncidentVerb, { id }: Incident, options: DeploymentOptions): string {
  return `npm run gate -- incident ${verb} ${id}${placeFlags(options)}`;
}

/** Undefined if the act refuses the step to everybody. */
function nextStep(incident: Incident, options: DeploymentOptions, now: Date): string | undefined {
  const findObjection = (verb: IncidentVerb) => incidentObjection(verb, incident, { by: "" }, now);
  const waits = findObjection("act") === "second-person" && findStep(incident, "asked") !== undefined;
  const next: Partial<Record<Incident["state"], readonly [string, IncidentVerb]>> = {
    open: waits ? ["A second person confirms it:", "confirm"] : ["To shut these people out:", "act"],
    acting: ["To continue:", "act"],
    undoing: ["To continue:", "undo"],
    acted: ["To undo it:", "undo"],
  };
  const [text, verb] = next[incident.state] ?? [];
  if (verb === undefined || ![undefined, "second-person"].includes(findObjection(verb))) return undefined;
  return `${text} ${formatCommand(verb, incident, options)}`;
}
