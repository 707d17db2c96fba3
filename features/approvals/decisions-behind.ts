import type { DecisionRecord } from "../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { ApprovalRequest } from "./request";

/** Entra repeats a call that it considers lost within a minute. The repeat has the same decision. */
const SAME_CALL_MS = 2 * MS_PER_MINUTE;

type Behind = Pick<DecisionRecord, "at" | "gate" | "reasons" | "reference">;

export function isAskedBy(
  { requestedAt, gate: asking }: Pick<ApprovalRequest, "requestedAt" | "gate">,
  { at, gate, reasons }: Omit<Behind, "reference">,
): boolean {
  if (gate !== asking || !reasons.includes("approval.requested")) return false;
  return Math.abs(Date.parse(at) - Date.parse(requestedAt)) <= SAME_CALL_MS;
}

/**
 * Codes of the decisions that created a request.
 * @param pages decisions about the request's address, newest first
 */
export async function decisionsBehind(
  request: Pick<ApprovalRequest, "requestedAt" | "gate">,
  pages: AsyncIterable<readonly Behind[]>,
): Promise<readonly string[]> {
  const asked = Date.parse(request.requestedAt);
  const codes: string[] = [];
  for await (const page of pages) {
    codes.push(...page.filter((decision) => isAskedBy(request, decision)).map(({ reference }) => reference));
    if (page.some(({ at }) => Date.parse(at) < asked - SAME_CALL_MS)) break;
  }
  return codes;
}
