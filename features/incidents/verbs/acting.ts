import { setTimeout } from "node:timers/promises";
import { signInStatePermissions } from "../../../adapters/graph/sign-in-state";
import { tables } from "../../../adapters/tables/tables";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { confirmedByTyping } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { type GraphNeeds, inGraph } from "../../../cli/graph/access";
import { graphFor, type TenantOptions } from "../../../cli/graph/sign-in";
import { withInterruption } from "../../../cli/long-tasks/interruption";
import { showProgress } from "../../../cli/long-tasks/progress";
import { counted } from "../../../cli/output";
import type { NamedAuthor } from "../../../engine/author";
import { changeSetStore } from "../../access-list/store/change-sets";
import { TakenOverError } from "../../access-list/store/run";
import { trailOf } from "../../audit/verbs/trail";
import { decisionStore } from "../../decisions/store/decisions";
import { ACT_DAYS, ALONE_UP_TO, type Incident, UNDO_DAYS } from "../incident";
import { type IncidentObjection, type IncidentVerb, incidentObjection, isWorkedOn, notDisabled, stillDisabled } from "../steps";
import { HOLD_MS, IncidentChangedError } from "../store/hold";
import { takeStep, type WorkPorts, workOn } from "../store/work";
import { incidentNamed, incidentsOf } from "./incidents";
import { changeSetLines, outcomeLines, reportIncident } from "./show";

export interface ActOptions extends TenantOptions, JsonOption {
  readonly people?: number;
  /** Leaves accounts as they are. */
  readonly listOnly?: boolean;
}

/** Disabling an administrator requires a higher role: Graph refuses, and the incident records it. */
const accountNeeds: GraphNeeds = { permissions: signInStatePermissions, roles: ["User Administrator"] };

const SAMPLE = 10;

const questions = {
  act: () => "Deny them and disable their accounts.",
  ask: () => "A second person has to confirm before anything is done.",
  confirm: ({ askedBy }: Incident) => `${askedBy} wants to deny them and disable their accounts.`,
  undo: () => "Enable their accounts and take the deny entries back.",
} as const;

/** `entra-gatehouse incident act`, `confirm` and `undo`. */
export async function takeIncidentStep(
  verb: "act" | "confirm" | "undo",
  id: string,
  options: ActOptions,
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const { incident: found, deployment, who, now } = await opened(id, options, session);
  const objection = incidentObjection(verb, found, who, now);
  const asks = objection === "second-person";
  if (objection !== undefined && !asks) throw refusal(objection, found);
  const isAgain = asks ? found.askedBy !== undefined : found.state === { act: "acting", undo: "undoing", confirm: undefined }[verb];
  if (!isAgain) await confirm(questions[asks ? "ask" : verb](found), found, deployment, options, session);
  const by = { ...who, listOnly: options.listOnly, byWorker: false };
  const { incident, objection: late } = await takeStep(incidentsOf(deployment), found, verb, by, now);
  if (late === "stale") throw changedMeanwhile(id);
  if (asks) {
    session.exitCode = exitCodes.unproven;
    output.warn(`More than ${ALONE_UP_TO} people: a second person has to confirm. Nothing was done to anybody yet.`);
    output.warn(`They type: ${commandOf("confirm", incident, options)}`);
  } else if (verb === "confirm") output.warn(`Confirmed. To act: ${commandOf("act", incident, options)}`);
  else await run(verb, incident, who, deployment, options, session);
}

async function opened(id: string, options: ActOptions, { time }: CommandContext) {
  const deployment = await deploymentFor(options);
  const incident = await incidentNamed(id, incidentsOf(deployment));
  const who = { by: await deployment.caller() };
  // If AWS does not identify the caller, anyone could be the second person.
  if (!options.local && !who.by.startsWith("arn:"))
    throw new CommandError("AWS does not say who you are: check the network, and repeat the command.");
  return { incident, deployment, who, now: time?.now() ?? new Date() };
}

async function confirm(
  what: string,
  incident: Incident,
  deployment: Deployment,
  options: ActOptions,
  session: CommandContext,
): Promise<void> {
  const { people } = incident;
  if (options.people === undefined) await reportIncident(incident, deployment, { ...options, json: false, limit: SAMPLE }, session, false);
  await confirmedByTyping(`${what} Type the number of people:`, String(people), options.people?.toString());
}

async function run(
  verb: "act" | "undo",
  incident: Incident,
  who: NamedAuthor,
  deployment: Deployment,
  options: ActOptions,
  session: CommandContext,
): Promise<void> {
  const { output, time } = session;
  await withInterruption(async ({ signal }) => {
    const outcome = await incidentsOf(deployment).outcome(incident.id);
    const total = verb === "act" ? notDisabled(outcome) : stillDisabled({ outcome });
    const progress = showProgress(verb === "act" ? "Disabling" : "Enabling", total, output);
    const ports = portsFor(deployment, { ...options, time }, session, { signal, onDone: () => progress.advance(1) });
    try {
      const done = await inGraph(() => workWhenFree(incident, who, ports, session), {}, accountNeeds);
      progress.stop();
      report(verb, done.incident, done.kept, options, session);
    } catch (error) {
      progress.stop();
      if (error instanceof IncidentChangedError || error instanceof TakenOverError) throw changedMeanwhile(incident.id);
      output.warn(`Not finished. To continue: ${commandOf(verb, incident, options)}`);
      if (signal.aborted) throw new CommandError("Interrupted.", exitCodes.interrupted);
      throw error;
    }
  });
}

const WAIT_MS = 1_000;

/** Waits until whoever is at the incident has stopped, or died: an Undo has them stop with the next person. */
async function workWhenFree(incident: Incident, who: NamedAuthor, ports: WorkPorts, { time }: CommandContext) {
  const { id, state } = incident;
  for (let waited = 0; waited < HOLD_MS; waited += WAIT_MS) {
    const current = await ports.incidents.get(id);
    if (current?.state === (state === "acting" ? "acted" : "undone")) return { incident: current, kept: [] };
    if (current?.state !== state) throw new IncidentChangedError(id);
    if (!isWorkedOn(current, ports.now())) return await workOn(current, who, ports);
    await (time?.sleep ?? setTimeout)(WAIT_MS);
  }
  throw new IncidentChangedError(id);
}

function report(verb: "act" | "undo", incident: Incident, kept: readonly string[], options: ActOptions, session: CommandContext): void {
  const { output } = session;
  const held = verb === "undo" ? (incident.held ?? 0) : 0;
  const disabled = verb === "undo" && held === 0 ? stillDisabled(incident) : 0;
  if (kept.length > 0 || disabled > 0 || held > 0) session.exitCode = exitCodes.kept;
  if (options.json) {
    output.json({ ...incident, ...(verb === "undo" && { kept }) });
    return;
  }
  output.print(`Incident ${incident.id}: ${incident.state}, ${counted(incident.people, "person", "people")}`);
  for (const line of outcomeLines(incident.outcome ?? {})) output.print(line);
  for (const line of changeSetLines(incident)) output.print(line);
  for (const entry of kept) output.warn(`! ${entry}: edited since, stays as it is`);
  const unnamed = (incident.kept ?? 0) - kept.length;
  if (verb === "undo" && unnamed > 0) output.warn(`  and ${unnamed} more edited since`);
  if (disabled > 0)
    output.warn(
      `! ${counted(disabled, "account is", "accounts are")} still disabled. To try again: ${commandOf("undo", incident, options)}`,
    );
  if (held > 0)
    output.warn(
      `! ${counted(held, "person stays", "people stay")} shut out: another incident has shut them out too. To let them in, undo that one first, then: ${commandOf("undo", incident, options)}`,
    );
  if (verb === "act") output.warn(`To undo it within ${UNDO_DAYS} days: ${commandOf("undo", incident, options)}`);
}

function portsFor(
  deployment: Deployment,
  options: ActOptions,
  { output, time }: CommandContext,
  how: Pick<WorkPorts, "signal" | "onDone">,
): WorkPorts {
  const { dynamodb: client, accessListTable, listChangesTable, decisionsTable } = deployment;
  return {
    ...how,
    client,
    accessListTable,
    incidents: incidentsOf(deployment),
    decisions: decisionStore(client, decisionsTable),
    changeSets: changeSetStore(client, listChangesTable),
    ...(deployment.tables.audit !== undefined && { trail: trailOf(deployment) }),
    now: () => time?.now() ?? new Date(),
    directory: async () => ({
      ledger: { client, name: deployment.tableOf("ledger"), key: tables.ledger.key },
      hashes: await deployment.hashes(),
      graph: await graphFor(options, deployment, output, { needs: accountNeeds, version: "v1.0" }),
      // A local account's address is stored under the tenant's domain.
      issuer: options.tenant?.includes(".") ? options.tenant : undefined,
    }),
  };
}

function commandOf(verb: IncidentVerb, { id }: Incident, options: DeploymentOptions): string {
  return `npm run gate -- incident ${verb} ${id}${placeFlags(options)}`;
}

function changedMeanwhile(id: string): CommandError {
  return new CommandError(`Somebody else is working on the incident ${id}: see incident show ${id}, then repeat the command.`);
}

const objections: Readonly<Record<IncidentObjection, (incident: Incident) => string>> = {
  unfinished: () => "The selection was cut off: repeat incident select.",
  nobody: () => "The selection found nobody.",
  "too-late": ({ actedAt }) =>
    actedAt === undefined ? `The selection is older than ${ACT_DAYS} days: select again.` : `It can be undone for ${UNDO_DAYS} days only.`,
  "second-person": () => "A second person has to confirm.",
  own: ({ askedBy }) => `${askedBy} asked for it: somebody else has to confirm.`,
  "not-asked": () => "Nobody has asked for a second person: incident act does.",
  confirmed: ({ confirmedBy }) => `${confirmedBy} has confirmed it already.`,
  "nothing-done": () => "Nothing was done to anybody, so there is nothing to undo.",
  undone: () => "It was undone: select again.",
};

function refusal(objection: IncidentObjection, incident: Incident): CommandError {
  return new CommandError(objections[objection](incident));
}
