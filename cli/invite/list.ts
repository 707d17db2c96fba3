import { requestView } from "../../engine/approvals/deciding";
import { inState } from "../../engine/approvals/in-state";
import { type InvitationState, invitationStates, isOfState } from "../../engine/approvals/invitation";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { ageText, approvalWords } from "../../engine/messages/operator/approvals";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { isAtGate } from "../gates";
import { alignedTable } from "../output";
import { approvalsAt } from "../stores";
import { localTime } from "../typed";

interface InvitationsListed extends DeploymentOptions, JsonOption {
  readonly state: InvitationState;
  readonly limit: number;
}

const headings = ["CODE", "AGE", "E-MAIL", "GATE", "UNTIL", "SPONSOR", "INVITED BY"];

/** `entra-gatehouse invite list`. */
export async function listInvitations(options: InvitationsListed, { output, time }: CommandContext): Promise<void> {
  const now = time?.now() ?? new Date();
  const aligned = alignedTable();
  const isWaiting = options.state === "waiting";
  const store = approvalsAt(await deploymentFor(options), output.warn);
  let count = 0;
  for await (const all of inState(store, invitationStates[options.state], now)) {
    const page = all.filter((each) => isAtGate(each, options) && isOfState(each, options.state));
    const rest = options.limit - count;
    const shown = page.slice(0, rest);
    if (options.json) for (const each of shown) output.json(requestView(each, now));
    else if (shown.length > 0) {
      const rows = shown.map((each) => cellsOf(each, now));
      for (const line of aligned(count === 0 ? [headings, ...rows] : rows)) output.print(line);
    }
    count += shown.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${options.limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(isWaiting ? "Nobody is on the waiting list." : `No invitation is ${options.state}.`);
}

function cellsOf(
  { reference, requestedAt, email, gate = DEFAULT_GATE, passUntil, answerBy, invitation, decision }: ApprovalRequest,
  now: Date,
) {
  const until = invitation === undefined ? "" : localTime(passUntil ?? answerBy);
  return [reference, ageText(approvalWords.en, requestedAt, now), email, gate, until, invitation?.sponsor ?? "", decision?.by.name ?? ""];
}
