import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { isAtGate } from "../../../cli/gates";
import { localTime } from "../../../cli/typed";
import { readTypedQuery } from "../../../cli/view";
import type { MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { mailFilters } from "../../mails/filters";
import { isRequestMeant, requestFilters } from "../filters";
import { readInState } from "../in-state";
import type { ApprovalRequest, ApprovalState } from "../request";
import { ageText, approvalWords, providerText } from "../request-words";
import { readDeadline } from "../state-at";
import { openApprovals } from "./approver";
import { listTroubles } from "./mails-listed";
import { listRequestPages } from "./requests-listed";
import { parseApprovers } from "./stages";

export interface ListOptions extends DeploymentOptions, JsonOption {
  readonly state: ApprovalState;
  readonly limit: number;
}

const words = approvalWords.en;
const headings = ["REFERENCE", "AGE", "E-MAIL", "SIGNED IN WITH", "GATE", "ANSWER BY", "REMARK"];
const GATE_COLUMN = headings.indexOf("GATE");

export async function listRequests(options: ListOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const { state } = options;
  const { mail, ...query } = readTypedQuery({ ...requestFilters, ...mailFilters }, options, now);
  if (query.asks !== undefined) parseApprovers([query.asks]);
  const deployment = await deploymentFor(options);
  const selectColumns = (cells: readonly string[]) => cells.filter((_, index) => deployment.gates.length > 1 || index !== GATE_COLUMN);
  const listing = {
    query: { mail },
    isMeant: (request: ApprovalRequest) =>
      isAtGate(request, options) && !isInvitation(request, state) && isRequestMeant(query, request, now),
    headings: selectColumns(headings),
    buildCells: (request: ApprovalRequest, mails: readonly MailLine[]) => selectColumns(formatRequestCells(request, mails, now)),
    deployment,
    none: state === "pending" ? "No request waits for an answer." : `No request is ${state}.`,
  };
  await listRequestPages(readInState(openApprovals(deployment, output.warn), state, now), listing, options, output, now);
}

/**
 * True for an invitation, which the list omits because `invite list` shows it. False for every pending request, because people make pending
 * requests themselves.
 */
function isInvitation({ invitation }: ApprovalRequest, state: ApprovalState): boolean {
  return invitation !== undefined && state !== "pending";
}

function formatRequestCells(request: ApprovalRequest, mails: readonly MailLine[], now: Date): readonly string[] {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, emailProven, failure } = request;
  const remarks = [...(emailProven ? [] : [words.notProven]), ...(failure === undefined ? [] : [failure.reason]), ...listTroubles(mails)];
  const deadline = readDeadline(request, now);
  const due = deadline === undefined ? "" : localTime(deadline);
  return [reference, ageText(words, requestedAt, now), email, providerText(words, request), gate, due, remarks.join(", ")];
}
