import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { printTable } from "../../../cli/output";
import { emailFrom, localTime, momentAhead, newEmailFrom } from "../../../cli/typed";
import type { Decider } from "../../../engine/operator/actor";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { openAuditStore } from "../../audit/verbs/trail";
import { isDelegationTime, isOwnDelegate, LONGEST_DELEGATION_DAYS } from "../delegation";
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
  if (isOwnDelegate([from], to)) throw new CommandError(`${to} is ${from} in another spelling: name somebody else.`);
  const until = momentAhead("--until", options.until, now, "end");
  if (!isDelegationTime(until, now)) throw new CommandError(`--until ${options.until} is more than ${LONGEST_DELEGATION_DAYS} days away.`);
  const deployment = await deploymentFor(options);
  const doneText = `${to} decides for ${from} until ${localTime(until.toISOString())}`;
  if (!options.yes) await requireConfirmation(`${doneText}?`);
  await changeWithAudit(deployment, from, { to, until: until.toISOString() }, now, () =>
    openDelegations(deployment).give([from], to, until, now),
  );
  if (options.json) session.output.json({ from: normaliseMailbox(from), to, until: until.toISOString() });
  else session.output.print(`${doneText}.`);
}

export async function undelegate(word: string, options: Options & { readonly yes?: boolean }, session: Session): Promise<void> {
  const now = getNow(session);
  const from = emailFrom(word);
  const deployment = await deploymentFor(options);
  const store = openDelegations(deployment);
  const [given] = (await store.of([from], now)).given;
  if (given === undefined) throw new CommandError(`Nobody decides for ${from}: approvals delegations lists the delegations.`);
  if (!options.yes) await requireConfirmation(`${given.to} decides for ${from} until ${localTime(given.until)}. End it?`);
  await changeWithAudit(deployment, from, { to: "", until: "" }, now, () => store.end([from]));
  if (options.json) session.output.json({ from: given.from, ended: true });
  else session.output.print(`${given.to} no longer decides for ${from}.`);
}

/** If a request has stages, adds the approvers who delegated to the caller's ARN. The caller may then decide for these approvers. */
export async function withDelegations(
  decider: Decider,
  requests: readonly Pick<ApprovalRequest, "stages">[],
  deployment: Pick<Deployment, "dynamodb" | "tableOf">,
): Promise<Decider> {
  if (decider.arn === undefined || requests.every(({ stages }) => stages === undefined)) return decider;
  const { taken } = await openDelegations(deployment).of([], new Date(), decider.arn);
  return { ...decider, standsInFor: taken.map(({ from }) => from) };
}

/** Writes the same audit log entry as the console: the approver and the new state. */
async function changeWithAudit(
  deployment: Deployment,
  subject: string,
  after: Readonly<Record<string, unknown>>,
  now: Date,
  change: () => Promise<void>,
): Promise<void> {
  const entry = { by: await deployment.caller(), via: "command", action: "approvals.delegate", subject, after } as const;
  await openAuditStore(deployment).audited(entry, now, async () => {
    await change();
    return true;
  });
}

function openDelegations({ dynamodb, tableOf }: Pick<Deployment, "dynamodb" | "tableOf">): DelegationStore {
  return delegationStore(dynamodb, tableOf("ledger"));
}

function getNow({ time }: Session): Date {
  return time?.now() ?? new Date();
}
