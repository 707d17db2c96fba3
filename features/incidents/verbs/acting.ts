import { setTimeout } from "node:timers/promises";
import { signInStatePermissions } from "../../../adapters/graph/users";
import { isHeld } from "../../../adapters/jobs/job";
import type { Concern } from "../../../adapters/operator/act";
import { tables } from "../../../adapters/tables/tables";
import { actingAt, doAct, reviewOne } from "../../../cli/act";
import type { CommandContext, JsonOption } from "../../../cli/command";
import { confirmedByTyping } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { callGraph, type GraphNeeds } from "../../../cli/graph/access";
import { graphFor, type TenantOptions } from "../../../cli/graph/sign-in";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount, formatRest } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import type { NamedAuthor } from "../../../engine/audited-change";
import { TakenOverError } from "../../access-list/store/run";
import { openAuditStore } from "../../audit/verbs/trail";
import { stepActs } from "../acts";
import { type Incident, UNDO_DAYS } from "../incident";
import { countErased, countNotDisabled, countStillDisabled, findStep } from "../steps";
import { HOLD_MS, IncidentChangedError } from "../store/hold";
import { type WorkPorts, workOn, workPorts } from "../store/work";
import { operatorTexts as t } from "../words";
import { doneLines, formatCommand, openIncidentStore, reportIncident, unknownIncident } from "./show";

export interface ActOptions extends TenantOptions, JsonOption {
  readonly people?: number;
  /** True to leave accounts as they are, and only edit the access list. */
  readonly listOnly?: boolean;
}

/** Administrators' accounts need a higher role. Without it, Graph refuses the change, and the incident records the refusal. */
const accountNeeds: GraphNeeds = { permissions: signInStatePermissions, roles: ["User Administrator"] };

const SAMPLE = 10;

export async function takeIncidentStep(
  verb: "act" | "confirm" | "undo",
  id: string,
  options: ActOptions,
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const deployment = await deploymentFor(options);
  const acting = { ...(await actingAt(deployment)), session };
  const who = acting.actor;
  // If AWS does not identify the caller, the second person could be the same as the first.
  if (!options.local && !who.by.startsWith("arn:"))
    throw new CommandError("AWS does not say who you are: check the network, and repeat the command.");
  const [act, target, input] = [stepActs[verb], { id }, { listOnly: options.listOnly === true, byWorker: false }];
  const refusals: Readonly<Record<string, string>> = { gone: unknownIncident(id), changed: describeChange(id) };
  const words = { describeRefusal: ({ code }: Concern) => refusals[code] };
  const reviewed = await reviewOne(act, target, input, { ...acting, ...words });
  const foundIncident = reviewed.state.incident as Incident;
  const asks = reviewed.concerns.some(({ code }) => code === "second-person");
  const begun = { act: "acting", undo: "undoing", confirm: undefined }[verb];
  const isAgain = asks ? findStep(foundIncident, "asked") !== undefined : foundIncident.state === begun;
  if (!isAgain) {
    if (options.people === undefined)
      await reportIncident(foundIncident, deployment, { ...options, json: false, limit: SAMPLE }, session, false);
    const question = reviewed.concerns.map(({ text }) => text(localTime)).join(" ");
    await confirmedByTyping(`${question} Type the number of people:`, String(foundIncident.people), options.people?.toString());
  }
  const { incident, done } = await doAct(act, target, input, { ...acting, ...words, reviewed, yes: true });
  if (done === "asked") {
    session.exitCode = exitCodes.unproven;
    output.warn("A second person has to confirm. Nothing was done to anybody yet.");
    output.warn(`They type: ${formatCommand("confirm", incident, options)}`);
  } else if (verb === "confirm") output.warn(`Confirmed. To act: ${formatCommand("act", incident, options)}`);
  else await run(verb, incident, who, deployment, options, session);
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
    const outcome = await openIncidentStore(deployment).outcome(incident.id);
    const total = verb === "act" ? countNotDisabled(outcome) : countStillDisabled({ outcome });
    const progress = showProgress(verb === "act" ? "Disabling" : "Enabling", total, output);
    const ports = makePorts(deployment, { ...options, time }, session, { signal, onDone: () => progress.advance(1) });
    try {
      const workResult = await callGraph(() => workWhenFree(incident, who, ports, session), {}, accountNeeds);
      progress.stop();
      report(verb, workResult.incident, workResult.kept, options, session);
    } catch (error) {
      progress.stop();
      if (error instanceof IncidentChangedError || error instanceof TakenOverError) throw new CommandError(describeChange(incident.id));
      output.warn(`Not finished. To continue: ${formatCommand(verb, incident, options)}`);
      if (signal.aborted) throw new CommandError("Interrupted.", exitCodes.interrupted);
      throw error;
    }
  });
}

const WAIT_MS = 1_000;

/**
 * Waits until a worker or another command has finished the work. If the worker or command stops or its lease ends, does the work itself.
 * After an Undo, a worker stops before its next person.
 */
async function workWhenFree(incident: Incident, who: NamedAuthor, ports: WorkPorts, { time }: CommandContext) {
  const { id, state } = incident;
  for (let waitedMs = 0; waitedMs < HOLD_MS; waitedMs += WAIT_MS) {
    const current = await ports.incidents.get(id);
    if (current?.state === (state === "acting" ? "acted" : "undone")) return { incident: current, kept: [] };
    if (current?.state !== state) throw new IncidentChangedError(id);
    if (!isHeld(current, ports.now())) return await workOn(current, who, ports);
    await (time?.sleep ?? setTimeout)(WAIT_MS);
  }
  throw new IncidentChangedError(id);
}

function report(
  verb: "act" | "undo",
  incident: Incident,
  keptEntries: readonly string[],
  options: ActOptions,
  session: CommandContext,
): void {
  const { output } = session;
  const isUndo = verb === "undo";
  const heldCount = isUndo ? (incident.held ?? 0) : 0;
  const disabledCount = isUndo && heldCount === 0 ? countStillDisabled(incident) : 0;
  if (keptEntries.length > 0 || disabledCount > 0 || heldCount > 0) session.exitCode = exitCodes.kept;
  if (options.json) {
    output.json({ ...incident, ...(isUndo && { kept: keptEntries }) });
    return;
  }
  for (const line of doneLines(incident)) output.print(line);
  for (const entry of keptEntries) output.warn(`! ${entry}: edited since, stays as it is`);
  if (isUndo) for (const line of formatRest(incident.kept ?? 0, keptEntries.length, "edited since")) output.warn(line);
  const again = formatCommand("undo", incident, options);
  if (disabledCount > 0)
    output.warn(`! ${formatCount(disabledCount, "account is", "accounts are")} still disabled. To try again: ${again}`);
  if (heldCount > 0) output.warn(`! ${t.held(String(heldCount))} ${again}`);
  const erasedCount = countErased(incident, incident.outcome ?? {});
  if (erasedCount > 0) output.warn(`! ${t.erased(String(erasedCount))}`);
  if (!isUndo) output.warn(`To undo it within ${UNDO_DAYS} days: ${again}`);
}

function makePorts(
  deployment: Deployment,
  options: ActOptions,
  { output, time }: CommandContext,
  how: Pick<WorkPorts, "signal" | "onDone">,
): WorkPorts {
  const { dynamodb: client, tables: names, tableOf, listChangesTable } = deployment;
  return workPorts(client, (table) => (table === "listChanges" ? listChangesTable : tableOf(table)), {
    ...how,
    trail: names.audit === undefined ? undefined : openAuditStore(deployment),
    now: () => time?.now() ?? new Date(),
    directory: async () => ({
      ledger: { client, name: tableOf("ledger"), key: tables.ledger.key },
      hashes: await deployment.hashes(),
      graph: await graphFor(options, deployment, output, { needs: accountNeeds, version: "v1.0" }),
      // A local account's address is stored with the tenant's domain as issuer.
      issuer: options.tenant?.includes(".") ? options.tenant : undefined,
    }),
  });
}

function describeChange(id: string): string {
  return `Somebody else is working on the incident ${id}: see incident show ${id}, then repeat the command.`;
}
