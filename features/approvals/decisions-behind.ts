import type { DecisionRecord } from "../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { ApprovalRequest } from "./request";

/** Entra repeats a call it thinks lost within a minute; the repeat's decision says the same. */
const SAME_CALL_MS = 2 * MS_PER_MINUTE;

type Behind = Pick<DecisionRecord, "at" | "gate" | "reasons" | "reference">;

/** Whether a decision is one by which the person came to ask. */
export function isAskedBy(
  { requestedAt, gate: asking }: Pick<ApprovalRequest, "requestedAt" | "gate">,
  { at, gate, reasons }: Omit<Behind, "reference">,
): boolean {
  if (gate !== asking || !reasons.includes("approval.requested")) return false;
  return Math.abs(Date.parse(at) - Date.parse(requestedAt)) <= SAME_CALL_MS;
}

/**
 * Codes of the decisions by which the person came to ask.
 * @param pages decisions about the request's address, the newest first
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
