import type { Concern } from "../../../adapters/operator/act";
import { actingAt, doAct } from "../../../cli/act";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { printTable } from "../../../cli/output";
import { emailFrom, localTime, momentAhead, newEmailFrom } from "../../../cli/typed";
import type { Decider } from "../../../engine/audited-change";
import { openCommandAudit } from "../../audit/verbs/trail";
import { endDelegation, giveDelegation } from "../acts/delegation";
import { LONGEST_DELEGATION_DAYS } from "../delegation";
import { stripSessionName } from "../own-request";
import type { ApprovalRequest } from "../request";
import { askedKind } from "../stages";
import { type DelegationStore, delegationStore } from "../store/delegations";
import { parseApprovers } from "./stages";

type Options = DeploymentOptions & JsonOption;
type Session = Pick<CommandContext, "output" | "time">;

export async function listDelegations(options: Options, session: Session): Promise<void> {
  const { output } = session;
  const current = await openDelegations(await deploymentFor(options)).current(readNow(session));
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
  const now = readNow(session);
  const from = newEmailFrom(word);
  const [to = ""] = askedKind(options.to) === "arn" ? parseApprovers([options.to]).map(stripSessionName) : [newEmailFrom(options.to)];
  const until = momentAhead("--until", options.until, now, "end");
  const doneText = `${to} decides for ${from} until ${localTime(until.toISOString())}`;
  const result = await doAct(
    giveDelegation,
    { from: [from] },
    { to, until },
    {
      ...(await auditedActing(options, session)),
      ask({ concerns }) {
        for (const { text } of concerns) session.output.warn(text(localTime));
        return `${doneText}?`;
      },
      describeRefusal: (refusal) => describeRefusal(refusal, options.until),
    },
  );
  if (options.json) session.output.json(result);
  else session.output.print(`${doneText}.`);
}

export async function undelegate(word: string, options: Options & { readonly yes?: boolean }, session: Session): Promise<void> {
  const from = emailFrom(word);
  const ended = await doAct(
    endDelegation,
    { from: [from] },
    {},
    {
      ...(await auditedActing(options, session)),
      ask: ({ state: { given } }) => `${given?.to} decides for ${from} until ${localTime(given?.until ?? "")}. End it?`,
      describeRefusal,
    },
  );
  if (options.json) session.output.json({ from: ended.from, ended: true });
  else session.output.print(`${ended.to} no longer decides for ${from}.`);
}

function describeRefusal({ code, text }: Concern, until = ""): string | undefined {
  if (code === "bad-end") return `--until ${until} is more than ${LONGEST_DELEGATION_DAYS} days away.`;
  return code === "no-delegation" ? `${text(localTime)} approvals delegations lists the delegations.` : undefined;
}

/** The act is in the audit log as at the console: the approver and the new state. */
async function auditedActing({ yes, ...options }: Options & { readonly yes?: boolean }, session: Session) {
  const deployment = await deploymentFor(options);
  const acting = await actingAt(deployment);
  return { ...acting, session, yes, audit: openCommandAudit(deployment, acting.actor, session) };
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
