import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, userHere } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount, type Output } from "../../../cli/output";
import { createPoliciesAt } from "../../../cli/policy-folders";
import { adviseAddress, localTime } from "../../../cli/typed";
import type { Decider } from "../../../engine/audited-change";
import { shownCell } from "../../../engine/characters";
import { readReference } from "../../../engine/sign-up/call";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import { readEntry } from "../../access-list/entry";
import { deniesAll } from "../../access-list/hygiene";
import { readRow } from "../../access-list/row";
import { decisionStore } from "../../decisions/store/decisions";
import { type AccountReason, accountReasons } from "../client/account-error";
import { decisionSentence, findMeantRequests } from "../deciding";
import { readWaitingUnder } from "../in-state";
import type { ApprovalRequest, Approver } from "../request";
import { approvalWords, providerText } from "../request-words";
import { findLongestDays, limitInvitation } from "../state-at";
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
  const parts = [`${reference}  ${email}${name}, signed in with ${providerText(words, request)}`];
  if (gate !== undefined) parts.push(`at the gate ${gate}`);
  if (!emailProven) parts.push(words.notProven.toUpperCase());
  if (decision !== undefined) parts.push(decisionSentence(decision, localTime, request));
  return parts.join("; ");
}

export function findAdvice(reason: string): string | undefined {
  return Object.hasOwn(accountReasons, reason) ? accountReasons[reason as AccountReason] : undefined;
}

/** Requests that are named one by one, at most. */
const NAMED = 20;

/** The requests that new denies leave waiting. Undefined if there are none, or without permission to read requests. */
export async function findLeftWaiting(denies: readonly Row[], deployment: Deployment, options: DeploymentOptions) {
  if (deployment.tables.approvals === undefined) return undefined;
  const now = new Date();
  const { briefs } = await readWaitingUnder(openApprovals(deployment), denies, now).catch(() => ({ briefs: [] }));
  const [deny] = denies;
  if (briefs.length === 0 || deny === undefined) return undefined;
  const named = String(deny.entry);
  const read = readEntry(named);
  const kind = denies.length > 1 ? "several" : read.ok ? read.entry.kind : "everyone";
  const of = kind === "several" ? "these entries" : kind === "address" ? named : kind === "domain" ? "this domain" : "this entry";
  const references = briefs.slice(0, NAMED).map(({ reference }) => reference);
  const isListed = briefs.length > NAMED && kind !== "domain";
  // deny-domain would put a deny without limits in place of a limited one.
  const isOnlyShown = kind === "domain" ? !deniesAll(readRow(deny), now) : isListed;
  const words = isOnlyShown
    ? `list${kind === "domain" ? ` --domain ${named}` : ""}`
    : kind === "domain"
      ? `deny-domain ${named}`
      : `deny ${references.join(" ")}`;
  const answer = `npm run gate -- approvals ${words}${placeFlags(options)}`;
  const count = formatCount(briefs.length, `request of ${of} still waits`, `requests of ${of} still wait`);
  const them = briefs.length === 1 && kind !== "domain" ? "it" : "them";
  return { count: briefs.length, references, answer, text: `${count}${isOnlyShown ? "" : `. To deny ${them} too`}: ${answer}` };
}

/** Options of commands that change requests. */
export interface ChangeOptions extends DeploymentOptions, JsonOption {
  readonly note?: string;
  readonly yes?: boolean;
}

/** Reports what came of an act: a line, or JSON. A refusal sets the exit code. */
export function reportEnd(
  end: { readonly ok: boolean; readonly [name: string]: unknown },
  line: string,
  { json }: JsonOption,
  session: CommandContext,
): void {
  if (!end.ok) session.exitCode = exitCodes.failed;
  if (json) session.output.json(end);
  else (end.ok ? session.output.print : session.output.warn)(line);
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

/** Returns the longest validity of invitations at a gate, in days. Undefined: no limit, or the policy is not known here. */
type LongestDays = (gate: string | undefined) => number | undefined;

/** Reads each gate's policy from the checkout once. Warns if it cannot be read: a gate may then end invitations earlier. */
export function createPolicies(
  deployment: Pick<Deployment, "policy">,
  output: Pick<Output, "warn">,
): (gate: string) => readonly Policy[] | undefined {
  return createPoliciesAt(deployment, (gate) =>
    output.warn(
      `The policy of the gate ${gate} cannot be read here: it may end invitations earlier than these dates say (invited: lasts).`,
    ),
  );
}

export function createLongestDays(deployment: Pick<Deployment, "policy">, output: Pick<Output, "warn">): LongestDays {
  const policiesAt = createPolicies(deployment, output);
  return (gate = DEFAULT_GATE) => findLongestDays(policiesAt(gate) ?? []);
}

export function limitTo(longestDays: LongestDays): (request: ApprovalRequest) => ApprovalRequest {
  return (request) => (request.invitation === undefined ? request : limitInvitation(request, longestDays(request.gate)));
}
