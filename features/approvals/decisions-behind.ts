import type { DecisionRecord } from "../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { ApprovalRequest } from "./request";

/** Limit of the time between a request and a decision of the same call. Entra repeats a lost call within a minute. */
const SAME_CALL_MS = 2 * MS_PER_MINUTE;

type Behind = Pick<DecisionRecord, "at" | "gate" | "reasons" | "reference">;

export function isAskedBy(
  { requestedAt, gate: asking }: Pick<ApprovalRequest, "requestedAt" | "gate">,
  { at, gate, reasons }: Omit<Behind, "reference">,
): boolean {
  if (gate !== asking || !reasons.includes("approval.requested")) return false;
  return Math.abs(Date.parse(at) - Date.parse(requestedAt)) <= SAME_CALL_MS;
}

/** Finds the decisions that created a request. @param pages decisions about its address, newest first */
export async function decisionsBehind<T extends Behind>(
  request: Pick<ApprovalRequest, "requestedAt" | "gate">,
  pages: AsyncIterable<readonly T[]>,
): Promise<readonly T[]> {
  const requestedMs = Date.parse(request.requestedAt);
  const behind: T[] = [];
  for await (const page of pages) {
    behind.push(...page.filter((decision) => isAskedBy(request, decision)));
    if (page.some(({ at }) => Date.parse(at) < requestedMs - SAME_CALL_MS)) break;
  }
  return behind;
}
