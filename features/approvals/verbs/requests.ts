import { type DeploymentOptions, placeFlags } from "../../../cli/command";
import { type Deployment, userHere } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { adviseAddress } from "../../../cli/typed";
import { shownCell } from "../../../engine/characters";
import type { Decider } from "../../../engine/operator/actor";
import { readReference } from "../../../engine/sign-up/call";
import { type Entry, entryKey } from "../../access-list/entry";
import { decisionStore } from "../../decisions/store/decisions";
import { type AccountReason, accountReasons } from "../client/account-error";
import { decisionSentence, findMeantRequests } from "../deciding";
import { readWaitingUnder } from "../in-state";
import type { ApprovalRequest, Approver } from "../request";
import { approvalWords, providerText } from "../request-words";
import { type ApprovalStore, approvalStore } from "../store/approvals";

/** Throws if there is none. A person with several providers has several requests. */
export async function findNamedRequests(word: string, deployment: Deployment): Promise<readonly [ApprovalRequest, ...ApprovalRequest[]]> {
  const text = word.trim();
  const requests = await findMeantRequests(openApprovals(deployment), text);
  if (requests === undefined) {
    const meant = word.includes("@") ? adviseAddress(word) : "write its code such as K7QD-9MXD, its id, or the person's address";
    throw new CommandError(`${shownCell(word)} names no request: ${meant}.`);
  }
  const [first, ...others] = requests.length > 0 ? requests : await findDecisionRequests(text, deployment);
  if (first === undefined) throw new CommandError(`There is no request ${text}: approvals list shows those that wait.`);
  return [first, ...others];
}

async function findDecisionRequests(text: string, deployment: Deployment): Promise<readonly ApprovalRequest[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const records = await decisionStore(deployment.dynamodb, deployment.decisionsTable).byReference(reference);
  const emails = new Set(records.flatMap(({ email }) => email ?? []));
  const requestLists = await Promise.all([...emails].map((email) => findMeantRequests(openApprovals(deployment), email)));
  return requestLists.flatMap((requests) => requests ?? []);
}

const words = approvalWords.en;

/** Typed values are in quotes. */
export function describeShortly(request: ApprovalRequest): string {
  const { reference, email, emailProven, attributes, decision, gate } = request;
  const name = attributes.displayName === undefined ? "" : ` ${JSON.stringify(attributes.displayName)}`;
  const remarks = [
    ...(gate === undefined ? [] : [`at the gate ${gate}`]),
    ...(emailProven ? [] : [words.notProven.toUpperCase()]),
    ...(decision === undefined ? [] : [decisionSentence(decision)]),
  ];
  return [`${reference}  ${email}${name}, signed in with ${providerText(words, request)}`, ...remarks].join("; ");
}

export function findAdvice(reason: string): string | undefined {
  return Object.hasOwn(accountReasons, reason) ? accountReasons[reason as AccountReason] : undefined;
}

/** A line about requests that a new deny leaves waiting. Undefined if there are none, or without permission to read requests. */
export async function findLeftWaiting(
  entry: Entry,
  isWhole: boolean,
  deployment: Deployment,
  options: DeploymentOptions,
): Promise<string | undefined> {
  if (deployment.tables.approvals === undefined) return undefined;
  const { briefs = [] } = (await readWaitingUnder(openApprovals(deployment), entry, new Date()).catch(() => undefined)) ?? {};
  if (briefs.length === 0) return undefined;
  const named = entryKey(entry, "deny");
  const of = entry.kind === "address" ? named : "this domain";
  const count = formatCount(briefs.length, `request of ${of} still waits`, `requests of ${of} still wait`);
  const command = (words: string) => `npm run gate -- approvals ${words}${placeFlags(options)}`;
  // deny-domain would put a deny without limits in place of a limited one.
  if (entry.kind === "domain" && !isWhole) return `${count}: ${command(`list --domain ${named}`)}`;
  const answer = entry.kind === "domain" ? `deny-domain ${named}` : `deny ${briefs.map(({ reference }) => reference).join(" ")}`;
  return `${count}. To deny ${entry.kind === "address" && briefs.length === 1 ? "it" : "them"} too: ${command(answer)}`;
}

/** @param warn called for each unreadable request, which lists omit */
export function openApprovals({ dynamodb, tableOf }: Deployment, warn?: (line: string) => void): ApprovalStore {
  return approvalStore(dynamodb, tableOf("approvals"), warn && (({ message, id }) => warn(`${message} Its id: ${id}`)));
}

/** The user of this machine. CloudTrail's data events show which AWS identity wrote to the table. */
export function readApprover(): Approver {
  return { kind: "cli", name: userHere() };
}

/** The caller. The names and the ARN show whether a request is the caller's own, or asks an approver who delegated to the caller. */
export async function readActor({ local = false }: Pick<DeploymentOptions, "local">, { caller }: Pick<Deployment, "caller">) {
  const name = userHere();
  if (local) return { by: name, name, via: "command", decider: { names: [name] } as Decider } as const;
  const arn = await caller();
  return { by: arn, name, via: "command", decider: { names: [name, arn], arn } as Decider } as const;
}

/** A hint if the code belongs to a request. Undefined if no request has the code, or without permission to read requests. */
export async function findRequestId(reference: string, deployment: Deployment): Promise<string | undefined> {
  const requests = await findMeantRequests(openApprovals(deployment), reference).catch(() => []);
  if (requests === undefined || requests.length === 0) return undefined;
  return `${reference} is the code of a request to be let in: npm run gate -- approvals show ${reference} has it.`;
}
