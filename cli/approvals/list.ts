import { requestView } from "../../engine/approvals/deciding";
import { inState } from "../../engine/approvals/in-state";
import type { ApprovalRequest, ApprovalState } from "../../engine/approvals/request";
import { stateAt } from "../../engine/approvals/state-at";
import { ageText, approvalWords, providerText } from "../../engine/messages/operator/approvals";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { isAtGate } from "../gates";
import { alignedTable } from "../output";
import { approvalsAt } from "../stores";
import { localTime } from "../typed";

export interface ListOptions extends DeploymentOptions, JsonOption {
  readonly state: ApprovalState;
  readonly limit: number;
}

const words = approvalWords.en;
const headings = ["REFERENCE", "AGE", "E-MAIL", "SIGNED IN WITH", "GATE", "ANSWER BY", "REMARK"];
const GATE_COLUMN = headings.indexOf("GATE");

/** `entra-gatehouse approvals list`. */
export async function listRequests(options: ListOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const aligned = alignedTable();
  const deployment = await deploymentFor(options);
  const store = approvalsAt(deployment, output.warn);
  const shown = (cells: readonly string[]) => cells.filter((_, index) => deployment.gates.length > 1 || index !== GATE_COLUMN);
  let count = 0;
  for await (const all of inState(store, options.state, now)) {
    const page = all.filter((request) => isAtGate(request, options));
    const rest = options.limit - count;
    const requests = page.slice(0, rest);
    if (options.json) for (const request of requests) output.json(requestView(request, now));
    else if (requests.length > 0) {
      const rows = requests.map((request) => cellsOf(request, now));
      for (const line of aligned((count === 0 ? [headings, ...rows] : rows).map(shown))) output.print(line);
    }
    count += requests.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${options.limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(options.state === "pending" ? "No request waits for an answer." : `No request is ${options.state}.`);
}

function cellsOf(request: ApprovalRequest, now: Date): readonly string[] {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, answerBy, emailProven, failure } = request;
  const remarks = [...(emailProven ? [] : [words.notProven]), ...(failure === undefined ? [] : [failure.reason])];
  const due = stateAt(request, now) === "pending" ? localTime(answerBy) : "";
  return [reference, ageText(words, requestedAt, now), email, providerText(words, request), gate, due, remarks.join(", ")];
}
