import { shown } from "../../lambda/approvals/deciding";
import { inState } from "../../lambda/approvals/in-state";
import type { ApprovalRequest, State } from "../../lambda/approvals/request";
import { stateAt } from "../../lambda/approvals/standing";
import { localTime } from "../decisions/moments";
import { alignedTable } from "../list/table";
import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { approvalsAt } from "./find";
import { age, NOT_PROVEN, providers } from "./words";

export interface ListOptions extends PlaceOptions, JsonOption {
  readonly state: State;
  readonly limit: number;
}

const headings = ["REFERENCE", "AGE", "E-MAIL", "SIGNED IN WITH", "ANSWER BY", "REMARK"];

/** `gatehouse approvals list`. */
export async function listRequests(options: ListOptions, { output }: Session): Promise<void> {
  const now = new Date();
  const aligned = alignedTable();
  const store = approvalsAt(await placeFor(options), output.warn);
  let count = 0;
  for await (const page of inState(store, options.state, now)) {
    const rest = options.limit - count;
    const requests = page.slice(0, rest);
    if (options.json) for (const request of requests) output.json(shown(request, now));
    else if (requests.length > 0) {
      const rows = requests.map((request) => cellsOf(request, now));
      for (const line of aligned(count === 0 ? [headings, ...rows] : rows)) output.print(line);
    }
    count += requests.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${options.limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(options.state === "pending" ? "No request waits for an answer." : `No request is ${options.state}.`);
}

function cellsOf(request: ApprovalRequest, now: Date): readonly string[] {
  const { reference, requestedAt, email, answerBy, emailProven, failure } = request;
  const remarks = [...(emailProven ? [] : [NOT_PROVEN]), ...(failure === undefined ? [] : [failure.reason])];
  const due = stateAt(request, now) === "pending" ? localTime(answerBy) : "";
  return [reference, age(requestedAt, now), email, providers(request), due, remarks.join(", ")];
}
