import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { isAtGate } from "../../../cli/gates";
import { localTime } from "../../../cli/typed";
import { currentLines, type MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { inState } from "../../approvals/in-state";
import type { ApprovalRequest } from "../../approvals/request";
import { ageText, approvalWords } from "../../approvals/request-words";
import { readReturnEnd, stateAt } from "../../approvals/state-at";
import { openApprovals } from "../../approvals/verbs/approver";
import { createLongestDays, limitTo } from "../../approvals/verbs/longest-days";
import { describeLine, listTroubles } from "../../approvals/verbs/mails-listed";
import { listRequestPages } from "../../approvals/verbs/requests-listed";
import { type InvitationState, invitationStates, isOfState } from "../invitation";

interface InvitationsListed extends DeploymentOptions, JsonOption {
  readonly state: InvitationState;
  readonly limit: number;
}

const headings = ["REFERENCE", "AGE", "E-MAIL", "GATE", "UNTIL", "SPONSOR", "INVITED BY", "MAIL"];

export async function listInvitations(options: InvitationsListed, { output, time }: CommandContext): Promise<void> {
  const now = time?.now() ?? new Date();
  const { state } = options;
  const deployment = await deploymentFor(options);
  const store = openApprovals(deployment, output.warn);
  const limit = limitTo(createLongestDays(deployment, output));
  const isMeant = (each: ApprovalRequest) => isAtGate(each, options) && isOfState(each, state);
  const none = state === "waiting" ? "Nobody is on the waiting list." : `No invitation is ${state}.`;
  const buildCells = (each: ApprovalRequest, mails: readonly MailLine[]) => [...buildInvitationCells(each, now), describeNewest(mails)];
  const place = placeFlags(options);
  const onReturned = `Mails came back: invite resend REFERENCE${place} sends one again, invite transfer WRONG RIGHT${place} corrects its address.`;
  const listing = { isMeant, headings, buildCells, deployment, none, ...(state === "open" && { onReturned }) };
  await listRequestPages(readPages(store, state, limit, now), listing, options, output, now);
}

/**
 * A used invitation comes last under `open`, as long as its account may sign up again. One that the policy ends before its own end comes
 * last under `ended`.
 */
async function* readPages(store: Parameters<typeof inState>[0], state: InvitationState, limit: ReturnType<typeof limitTo>, now: Date) {
  const isOver = (each: ApprovalRequest) => stateAt(each, now) === "expired";
  for await (const page of inState(store, invitationStates[state], now))
    yield page.map(limit).filter((each) => state !== "open" || !isOver(each));
  const others = state === "open" ? invitationStates.used : state === "ended" ? invitationStates.open : undefined;
  if (others === undefined) return;
  for await (const page of inState(store, others, now))
    yield page.map(limit).filter(state === "open" ? (each) => readReturnEnd(each, now) !== undefined : isOver);
}

function describeNewest(mails: readonly MailLine[]): string {
  const newest = listTroubles(mails).at(-1) ?? currentLines(mails).map(describeLine).at(-1);
  return newest ?? "";
}

function buildInvitationCells(request: ApprovalRequest, now: Date) {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, passUntil, answerBy, invitation, decision } = request;
  const who = readReturnEnd(request, now) === undefined ? "" : ", the account that used it";
  const until = invitation === undefined ? "" : localTime(passUntil ?? answerBy) + who;
  return [reference, ageText(approvalWords.en, requestedAt, now), email, gate, until, invitation?.sponsor ?? "", decision?.by.name ?? ""];
}
