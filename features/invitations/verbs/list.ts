import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { isAtGate } from "../../../cli/gates";
import { localTime } from "../../../cli/typed";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { inState } from "../../approvals/in-state";
import type { ApprovalRequest } from "../../approvals/request";
import { ageText, approvalWords } from "../../approvals/request-words";
import { readReturnEnd } from "../../approvals/state-at";
import { openApprovals } from "../../approvals/verbs/approver";
import { listRequestPages } from "../../approvals/verbs/requests-listed";
import { type InvitationState, invitationStates, isOfState } from "../invitation";

interface InvitationsListed extends DeploymentOptions, JsonOption {
  readonly state: InvitationState;
  readonly limit: number;
}

const headings = ["REFERENCE", "AGE", "E-MAIL", "GATE", "UNTIL", "SPONSOR", "INVITED BY"];

export async function listInvitations(options: InvitationsListed, { output, time }: CommandContext): Promise<void> {
  const now = time?.now() ?? new Date();
  const { state } = options;
  const store = openApprovals(await deploymentFor(options), output.warn);
  const isMeant = (each: ApprovalRequest) => isAtGate(each, options) && isOfState(each, state);
  const none = state === "waiting" ? "Nobody is on the waiting list." : `No invitation is ${state}.`;
  const listing = { isMeant, headings, cellsOf: (each: ApprovalRequest) => buildInvitationCells(each, now), none };
  await listRequestPages(readPages(store, state, now), listing, options, output, now);
}

/** A used invitation comes last under `open`, as long as its account may sign up again. */
async function* readPages(store: Parameters<typeof inState>[0], state: InvitationState, now: Date) {
  yield* inState(store, invitationStates[state], now);
  if (state !== "open") return;
  for await (const page of inState(store, invitationStates.used, now)) yield page.filter((each) => readReturnEnd(each, now) !== undefined);
}

function buildInvitationCells(request: ApprovalRequest, now: Date) {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, passUntil, answerBy, invitation, decision } = request;
  const who = readReturnEnd(request, now) === undefined ? "" : ", the account that used it";
  const until = invitation === undefined ? "" : localTime(passUntil ?? answerBy) + who;
  return [reference, ageText(approvalWords.en, requestedAt, now), email, gate, until, invitation?.sponsor ?? "", decision?.by.name ?? ""];
}
