import { type Act, type Audit, type Concern, carryOut, type Doing, reviewAct } from "../../../adapters/operator/act";
import type { Uses } from "../../../adapters/operator/world";
import { assertNotRefused } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { printTable } from "../../../cli/output";
import { emailFrom, localTime, momentAhead, newEmailFrom } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import type { Decider } from "../../../engine/operator/actor";
import { openAuditStore } from "../../audit/verbs/trail";
import { endDelegation, giveDelegation } from "../acts/delegation";
import { type Delegation, LONGEST_DELEGATION_DAYS } from "../delegation";
import { stripSessionName } from "../own-request";
import type { ApprovalRequest } from "../request";
import { askedKind } from "../stages";
import { type DelegationStore, delegationStore } from "../store/delegations";
import { parseApprovers } from "./stages";

type Options = DeploymentOptions & JsonOption;
type Session = Pick<CommandContext, "output" | "time">;

export async function listDelegations(options: Options, session: Session): Promise<void> {
  const { output } = session;
  const current = await openDelegations(await deploymentFor(options)).current(getNow(session));
  if (options.json) {
    for (const each of current) output.json(each);
    return;
  }
  const rows = current.map(({ from, to, until }) => [from, to, localTime(until)]);
  printTable(output, ["APPROVER", "ACTING FOR THEM", "UNTIL"], rows);
  if (current.length === 0) output.warn("There are no delegations.");
}

interface DelegateOptions extends Options {
  readonly to: string;
  readonly until: string;
  readonly yes?: boolean;
}

/** Replaces the approver's earlier delegation. */
export async function delegate(word: string, options: DelegateOptions, session: Session): Promise<void> {
  const now = getNow(session);
  const from = newEmailFrom(word);
  const [to = ""] = askedKind(options.to) === "arn" ? parseApprovers([options.to]).map(stripSessionName) : [newEmailFrom(options.to)];
  const until = momentAhead("--until", options.until, now, "end");
  const deployment = await deploymentFor(options);
  const target = { from: [from] } as const;
  const doing = { actor: { by: await deployment.caller(), via: "command" }, now } as const;
  const [reviewed] = await reviewAct(giveDelegation, [target], { to, until }, operatorPlace(deployment), doing);
  const concerns = reviewed?.concerns ?? [];
  assertNotRefused(concerns, (refusal) => describeRefusal(refusal, options.until));
  for (const { text } of concerns) session.output.warn(text(localTime));
  const doneText = `${to} decides for ${from} until ${localTime(until.toISOString())}`;
  if (!options.yes) await requireConfirmation(`${doneText}?`);
  const result = await carryOutAudited(giveDelegation, target, { to, until }, deployment, doing);
  if (options.json) session.output.json(result);
  else session.output.print(`${doneText}.`);
}

export async function undelegate(word: string, options: Options & { readonly yes?: boolean }, session: Session): Promise<void> {
  const from = emailFrom(word);
  const deployment = await deploymentFor(options);
  const target = { from: [from] } as const;
  const doing = { actor: { by: await deployment.caller(), via: "command" }, now: getNow(session) } as const;
  const [reviewed] = await reviewAct(endDelegation, [target], {}, operatorPlace(deployment), doing);
  assertNotRefused(reviewed?.concerns ?? [], describeRefusal);
  const { to = "", until = "" } = reviewed?.state.given ?? {};
  if (!options.yes) await requireConfirmation(`${to} decides for ${from} until ${localTime(until)}. End it?`);
  const ended = await carryOutAudited(endDelegation, target, {}, deployment, doing);
  if (options.json) session.output.json({ from: ended.from, ended: true });
  else session.output.print(`${ended.to} no longer decides for ${from}.`);
}

function describeRefusal({ code, text }: Concern, until = ""): string {
  if (code === "bad-end") return `--until ${until} is more than ${LONGEST_DELEGATION_DAYS} days away.`;
  return `${text(localTime)}${code === "no-delegation" ? " approvals delegations lists the delegations." : ""}`;
}

/** Writes the same audit log entry as the console: the approver and the new state. */
async function carryOutAudited<U extends Uses, Target, Input, State>(
  act: Act<U, Target, Input, State, Delegation>,
  target: Target,
  input: Input,
  deployment: Deployment,
  doing: Doing,
): Promise<Delegation> {
  const { by } = doing.actor;
  const audit: Audit = (entry, change) => openAuditStore(deployment).audited({ ...entry, by, via: "command" }, doing.now, change);
  const result = await carryOut(act, { target, input, answered: "all" }, operatorPlace(deployment), doing, audit);
  if (result.kind === "done") return result.outcome;
  if (result.kind === "stopped") assertNotRefused(result.concerns, describeRefusal);
  throw new CommandError("Somebody else has just changed the delegation. Nothing was done: look at it again, then repeat.");
}

/** If a request has stages, adds the approvers who delegated to the caller's ARN. The caller may then decide for these approvers. */
export async function withDelegations(
  decider: Decider,
  requests: readonly Pick<ApprovalRequest, "stages">[],
  deployment: Pick<Deployment, "dynamodb" | "tableOf">,
): Promise<Decider> {
  return requests.every(({ stages }) => stages === undefined) ? decider : await withDelegators(decider, deployment);
}

/** Adds the approvers who delegated to the caller's ARN. */
export async function withDelegators(decider: Decider, deployment: Pick<Deployment, "dynamodb" | "tableOf">): Promise<Decider> {
  if (decider.arn === undefined) return decider;
  const { taken } = await openDelegations(deployment).of([], new Date(), decider.arn);
  return { ...decider, standsInFor: taken.map(({ from }) => from) };
}

function openDelegations({ dynamodb, tableOf }: Pick<Deployment, "dynamodb" | "tableOf">): DelegationStore {
  return delegationStore(dynamodb, tableOf("ledger"));
}

function getNow({ time }: Session): Date {
  return time?.now() ?? new Date();
}
