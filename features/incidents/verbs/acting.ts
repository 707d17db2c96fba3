import { setTimeout } from "node:timers/promises";
import { signInStatePermissions } from "../../../adapters/graph/users";
import { isHeld } from "../../../adapters/jobs/job";
import { momentId } from "../../../adapters/system";
import { tables } from "../../../adapters/tables/tables";
import type { CommandContext, JsonOption } from "../../../cli/command";
import { confirmedByTyping } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { callGraph, type GraphNeeds } from "../../../cli/graph/access";
import { graphFor, type TenantOptions } from "../../../cli/graph/sign-in";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount } from "../../../cli/output";
import type { NamedAuthor } from "../../../engine/audited-change";
import { changeSetStore } from "../../access-list/store/change-sets";
import { TakenOverError } from "../../access-list/store/run";
import { openAuditStore } from "../../audit/verbs/trail";
import { decisionStore } from "../../decisions/store/decisions";
import { type Incident, UNDO_DAYS } from "../incident";
import { countErased, countNotDisabled, countStillDisabled, findStep, incidentObjection } from "../steps";
import { HOLD_MS, IncidentChangedError } from "../store/hold";
import { takeStep, type WorkPorts, workOn } from "../store/work";
import { doneLines, formatCommand, getIncident, openIncidentStore, reportIncident, commandTexts as t } from "./show";

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
  const { output, time } = session;
  const deployment = await deploymentFor(options);
  const incidents = openIncidentStore(deployment);
  const foundIncident = await getIncident(id, incidents);
  const [who, now] = [{ by: await deployment.caller() }, time?.now() ?? new Date()];
  // If AWS does not identify the caller, the second person could be the same as the first.
  if (!options.local && !who.by.startsWith("arn:"))
    throw new CommandError("AWS does not say who you are: check the network, and repeat the command.");
  const objection = incidentObjection(verb, foundIncident, who, now);
  const asks = objection === "second-person";
  if (objection !== undefined && !asks) throw new CommandError(t.objections[objection]);
  const askedStep = findStep(foundIncident, "asked");
  const isAgain = asks ? askedStep !== undefined : foundIncident.state === { act: "acting", undo: "undoing", confirm: undefined }[verb];
  const people = String(foundIncident.people);
  const questions = {
    act: t.actHint(true),
    confirm: t.confirmHint(askedStep?.by ?? ""),
    undo: "Take the deny entries back and enable their accounts.",
  };
  if (!isAgain) {
    if (options.people === undefined)
      await reportIncident(foundIncident, deployment, { ...options, json: false, limit: SAMPLE }, session, false);
    await confirmedByTyping(`${asks ? t.askHint : questions[verb]} Type the number of people:`, people, options.people?.toString());
  }
  const by = { ...who, act: momentId(now), listOnly: options.listOnly, byWorker: false };
  const { incident, objection: late } = await takeStep(incidents, foundIncident, verb, by, now);
  if (late === "stale") throw changedMeanwhile(id);
  if (asks) {
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
    const ports = portsFor(deployment, { ...options, time }, session, { signal, onDone: () => progress.advance(1) });
    try {
      const workResult = await callGraph(() => workWhenFree(incident, who, ports, session), {}, accountNeeds);
      progress.stop();
      report(verb, workResult.incident, workResult.kept, options, session);
    } catch (error) {
      progress.stop();
      if (error instanceof IncidentChangedError || error instanceof TakenOverError) throw changedMeanwhile(incident.id);
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
  const unnamedCount = (incident.kept ?? 0) - keptEntries.length;
  if (isUndo && unnamedCount > 0) output.warn(`  and ${unnamedCount} more edited since`);
  const again = formatCommand("undo", incident, options);
  if (disabledCount > 0)
    output.warn(`! ${formatCount(disabledCount, "account is", "accounts are")} still disabled. To try again: ${again}`);
  if (heldCount > 0) output.warn(`! ${t.held(String(heldCount))} ${again}`);
  const erasedCount = countErased(incident, incident.outcome ?? {});
  if (erasedCount > 0) output.warn(`! ${t.erased(String(erasedCount))}`);
  if (!isUndo) output.warn(`To undo it within ${UNDO_DAYS} days: ${again}`);
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
    incidents: openIncidentStore(deployment),
    decisions: decisionStore(client, decisionsTable),
    changeSets: changeSetStore(client, listChangesTable),
    ...(deployment.tables.audit !== undefined && { trail: openAuditStore(deployment) }),
    now: () => time?.now() ?? new Date(),
    directory: async () => ({
      ledger: { client, name: deployment.tableOf("ledger"), key: tables.ledger.key },
      hashes: await deployment.hashes(),
      graph: await graphFor(options, deployment, output, { needs: accountNeeds, version: "v1.0" }),
      // A local account's address is stored with the tenant's domain as issuer.
      issuer: options.tenant?.includes(".") ? options.tenant : undefined,
    }),
  };
}

function changedMeanwhile(id: string): CommandError {
  return new CommandError(`Somebody else is working on the incident ${id}: see incident show ${id}, then repeat the command.`);
}
