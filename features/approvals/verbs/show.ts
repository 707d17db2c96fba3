import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { localTime } from "../../../cli/typed";
import type { MailLine } from "../../../engine/mail/mail-line";
import type { AttributeValue } from "../../../engine/sign-up/sign-up";
import { requestSubject } from "../../../engine/tasks/task";
import { decisionStore } from "../../decisions/store/decisions";
import { findAccountWait } from "../account-wait";
import { decisionSentence, requestView } from "../deciding";
import type { ApprovalRequest, HistoryEntry } from "../request";
import { decisionsBehind, findDifferences } from "../request-facts";
import { approvalWords, failureSentence, providerText, renewalSentence, vendorSentence } from "../request-words";
import { listAskedNow } from "../stages";
import { readDeadline, readReturnEnd, stateAt } from "../state-at";
import { describeLine, readMails, readTaskFields, type TaskField, toMailsField } from "./list";
import { createLongestDays, findAdvice, findNamedRequests, limitTo } from "./requests";

export async function showRequest(word: string, options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const now = new Date();
  const requests = (await findNamedRequests(word, deployment)).map(limitTo(createLongestDays(deployment, output)));
  const records = decisionStore(deployment.dynamodb, deployment.decisionsTable);
  const [mails, tasks] = [await readMails(requests, deployment), await readTaskFields(requests, deployment, now)];
  if (requests.length > 1 && !options.json) output.print(`${requests.length} requests: one for each provider and account.`);
  for (const request of requests) {
    const behind = await decisionsBehind(request, records.byEmail(request.email));
    const decisions = behind.map(({ reference }) => reference);
    const lines = mails.get(requestSubject(request.id)) ?? [];
    const task = tasks.get(request.id);
    if (options.json) output.json({ ...requestView(request, now), ...task, decisions, ...toMailsField(lines) });
    else for (const line of describeInWords({ ...request, ...task }, decisions, lines, now, placeFlags(options))) output.print(line);
  }
}

type Fact = readonly [string, string | undefined];

/** @param place the options with which another command finds the same deployment */
function describeInWords(
  request: ApprovalRequest & TaskField,
  decisions: readonly string[],
  mails: readonly MailLine[],
  now: Date,
  place: string,
): readonly string[] {
  const facts = [
    ...personFacts(request, now),
    ["Owner", request.owner] as const,
    ["Snoozed until", time(request.snoozedUntil)] as const,
    ...stageFacts(request, now),
    ...timeFacts(request, decisions, now, place),
    ...accountFacts(request, now, place),
  ];
  const names = Object.entries(request.attributes);
  const differences = findDifferences(request);
  return [
    `${request.invitation === undefined ? "Request" : "Invitation"} ${request.reference}`,
    ...alignPairs(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))),
    ...(names.length === 0 ? [] : ["Attributes, as the account gets them:"]),
    ...alignPairs(names.map(([name, value]) => [name, JSON.stringify(value)] as const)),
    ...(differences.length === 0 ? [] : ["Not as approved before:"]),
    ...alignPairs(differences.map(({ name, before, now }) => [name, `${formatValue(before)} -> ${formatValue(now)}`] as const)),
    ...(mails.length === 0 ? [] : ["Mails:"]),
    ...mails.map((line) => `  ${describeLine(line)}`),
    "History:",
    ...request.history.map((change) => `  ${historyLine(change, request)}`),
  ];
}

/** States of invitations, as `invite list --state` names them. */
const invitationStates: Readonly<Record<string, string>> = { approved: "open", admitted: "used", expired: "ended", denied: "revoked" };

function stateWord({ invitation, ask }: Pick<ApprovalRequest, "invitation" | "ask">, state: HistoryEntry["from"]): string {
  if (invitation !== undefined) return invitationStates[state] ?? state;
  return ask !== undefined && state === "admitted" ? "admitted: the guest was invited" : state;
}

function time(iso: string | undefined): string | undefined {
  return iso && `${localTime(iso)} (${iso})`;
}

function personFacts(request: ApprovalRequest, now: Date): readonly Fact[] {
  const { id, email, emailProven, identities, verifications = [], renews } = request;
  const accounts = identities.flatMap(({ issuer, issuerAssignedId }) =>
    issuerAssignedId === undefined ? [] : `${issuer}/${issuerAssignedId}`,
  );
  return [
    ["Id", id],
    ["State", stateWord(request, stateAt(request, now))],
    ["Who", `${email}, signed in with ${providerText(approvalWords.en, request)}`],
    ["Gate", request.gate],
    ["Account there", accounts.length === 0 ? undefined : accounts.join(", ")],
    ["Address verified", emailProven ? "yes" : "NO: the provider lets people hold addresses that it has not verified"],
    ...verifications.map((word) => ["Identity check", vendorSentence(word)] as const),
    ["Renewal", renews && renewalSentence(approvalWords.en, renews, localTime)],
    ["Mail goes to", request.askedOf],
    ["Asked for by", request.ask && [request.ask.name, request.ask.addresses[0]].filter(Boolean).join(", ")],
    ["Why", request.ask?.why],
  ];
}

function timeFacts(request: ApprovalRequest, decisions: readonly string[], now: Date, place: string): readonly Fact[] {
  const { locales, onApproval, decision, earlier, invitation, ask } = request;
  const state = stateAt(request, now);
  const shows = decisions.map((code) => `npm run gate -- why ${code}${place}`);
  return [
    ["Languages", locales.length === 0 ? undefined : locales.join(", ")],
    [invitation === undefined ? "Asked" : "Invited", time(request.requestedAt)],
    ["At sign-up", shows.length === 0 ? undefined : shows.join(", ")],
    ["Due", time(readDeadline(request, now))],
    ["On approval", invitation === undefined ? approvalWords.en.onApproval[ask === undefined ? onApproval : "ask"] : undefined],
    ["Approved before", earlier && `${earlier.reference}, ${decisionSentence(earlier.decision, localTime)}`],
    ["Decision", decision && decisionSentence(decision, localTime, request)],
    ["May sign up until", state === "approved" ? time(request.passUntil) : undefined],
    ["Same account may sign up again until", time(readReturnEnd(request, now))],
    ["May ask again from", time(request.mayAskAgainAt)],
  ];
}

function accountFacts(request: ApprovalRequest, now: Date, place: string): readonly Fact[] {
  const { reference, account, failure, retryAt, strippedAt } = request;
  return [
    ["Account in Entra", account?.id],
    ["Account waits since", time(findAccountWait(request, now)?.since)],
    ["Tried again from", time(retryAt)],
    ["Failure", failure && failureSentence(failure)],
    ["What to do", failure && `${findAdvice(failure.reason) ?? approvalWords.en.seeLog} Then: approvals retry ${reference}${place}`],
    ["Forgotten", strippedAt && `the person's data were deleted from it ${localTime(strippedAt)}`],
  ];
}

function stageFacts(request: ApprovalRequest, now: Date): readonly Fact[] {
  const { stages, sponsor } = request;
  if (stages === undefined) return [];
  const lines = stages.list.map(({ by, need, orElse }, index) => {
    const votes = stages.votes
      .filter(({ stage }) => stage === index)
      .map((vote) => `${vote.by.name}${vote.for === undefined ? "" : ` for ${vote.for}`} at ${localTime(vote.at)}`);
    const others = orElse === undefined ? "" : `, else ${orElse.join(", ")}`;
    return [
      `Stage ${index + 1}`,
      `${votes.length} of ${need} by ${by.join(", ")}${others}${votes.length === 0 ? "" : `; approved by ${votes.join(", ")}`}`,
    ] as const;
  });
  const askedNames = stateAt(request, now) === "pending" ? listAskedNow(request, now).join(", ") : undefined;
  return [["Sponsor", sponsor], ...lines, ["Asked now", askedNames]];
}

function formatValue(value: AttributeValue | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function alignPairs(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

function historyLine(
  { at, from, to, by, note, what, stage = 0, asked = [], concerns = [] }: HistoryEntry,
  request: Pick<ApprovalRequest, "invitation" | "ask">,
): string {
  const whom = asked.length === 0 ? "" : `, asks ${asked.join(", ")}`;
  const step = what === undefined ? `${stateWord(request, from)} -> ${stateWord(request, to)}` : `stage ${stage + 1} ${what}${whom}`;
  const despite = concerns.length === 0 ? "" : `, despite ${concerns.join(", ")}`;
  return `${localTime(at)}  ${step}, by ${by.name} (${by.kind})${despite}${note === undefined ? "" : `: ${JSON.stringify(note)}`}`;
}
