import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { assertGate } from "../../../cli/gates";
import { lineDue } from "../../../cli/long-tasks";
import { warnOfUnreadable } from "../../../cli/output";
import { createPoliciesAt } from "../../../cli/policy-folders";
import { momentFrom } from "../../../cli/typed";
import { unwrapRule } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { warnOfIssuer } from "../../access-list/verbs/list-file";
import { decisionStore } from "../../decisions/store/decisions";
import type { Incident } from "../incident";
import { readMarks, type Selection, type TypedMarks } from "../selection";
import { isOut, listKeepingOut } from "../steps";
import { openIncident, selectPeople } from "../store/select";
import { openIncidentStore, reportIncident } from "./show";

export interface SelectOptions extends DeploymentOptions, JsonOption, Omit<TypedMarks, "gate"> {
  readonly since?: string;
  readonly until?: string;
  readonly includeListed?: boolean;
}

const SAMPLE = 10;

export async function selectIncident(options: SelectOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = session.time?.now() ?? new Date();
  const selection = selectionFrom(options, now);
  warnOfIssuer(options.provider, output);
  const deployment = await deploymentFor({ ...options, gate: undefined } as DeploymentOptions);
  assertGate(options, deployment.gates);
  const unreadable: string[] = [];
  const decisions = decisionStore(deployment.dynamodb, deployment.decisionsTable, ({ id }) => unreadable.push(id));
  const isDue = lineDue();
  let read = 0;
  const rules = new Set<string>();
  const showProgress = (records: readonly DecisionRecord[]) => {
    read += records.length;
    for (const { trace } of records) for (const { rule } of trace) rules.add(rule);
    if (isDue()) output.warn(`Reading: ${read} decisions that let somebody in …`);
  };
  const incidents = openIncidentStore(deployment);
  const others: Incident[] = [];
  for await (const other of incidents.all()) others.push(other);
  const by = listKeepingOut(others, selection);
  const selectionResult = await selectPeople(decisions, selection, await incidents.find(by, isOut), showProgress);
  if (selection.rule !== undefined && !rules.has(selection.rule)) assertRule(selection.rule, rules, deployment);
  const incident = await openIncident(incidents, selectionResult, { by: await deployment.caller() }, now);
  warnOfUnreadable(output, unreadable);
  for (const { id } of by) output.warn(`Left out: people whom the incident ${id} keeps out already.`);
  await reportIncident(incident, deployment, { ...options, limit: SAMPLE }, session);
  if (selection.network !== undefined && incident.people === 0) {
    output.warn("Only external tenants send an IP address: --network finds nobody in other tenants.");
  }
}

function assertRule(rule: string, decided: ReadonlySet<string>, deployment: Deployment): void {
  const policies = deployment.gates.flatMap(createPoliciesAt(deployment)).filter((policy) => policy !== undefined);
  const names = new Set([...policies.flatMap((policy) => policy.rules.map((each) => unwrapRule(each).name)), ...decided]);
  if (names.has(rule)) return;
  if (names.size === 0) throw new CommandError(`No decision of this time names the rule ${rule}.`);
  throw new CommandError(`There is no rule ${rule}: write one of ${[...names].join(", ")}.`);
}

function selectionFrom(options: SelectOptions, now: Date): Selection {
  const { since, until, includeListed } = options;
  if (since === undefined) throw new CommandError("Say when the attack was: --since 2026-11-20T02:00, and --until if it is over.");
  const from = momentFrom(since, now);
  const to = until === undefined ? now : momentFrom(until, now, "--until", "end");
  if (from > to) throw new CommandError(`--until ${until} is before --since ${since}.`);
  try {
    return { from: from.toISOString(), to: to.toISOString(), ...readMarks(options), ...(includeListed && { includeListed }) };
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(error.message);
    throw error;
  }
}
