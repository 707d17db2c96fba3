import type { DecisionRecord } from "../sign-up/record";
import { MS_PER_MINUTE } from "../sign-up/time";
import type { ApprovalRequest } from "./request";

/** Entra repeats a call it thinks lost within a minute; the repeat's decision says the same. */
const SAME_CALL_MS = 2 * MS_PER_MINUTE;

/**
 * Codes of the decisions by which the person came to ask.
 * @param pages decisions about the request's address, the newest first
 */
export async function decisionsBehind(
  { requestedAt, gate: asking }: Pick<ApprovalRequest, "requestedAt" | "gate">,
  pages: AsyncIterable<readonly Pick<DecisionRecord, "at" | "gate" | "reasons" | "reference">[]>,
): Promise<readonly string[]> {
  const asked = Date.parse(requestedAt);
  const codes: string[] = [];
  for await (const page of pages) {
    for (const { at, gate, reasons, reference } of page) {
      if (gate !== asking) continue;
      if (Math.abs(Date.parse(at) - asked) <= SAME_CALL_MS && reasons.includes("approval.requested")) codes.push(reference);
    }
    if (page.some(({ at }) => Date.parse(at) < asked - SAME_CALL_MS)) break;
  }
  return codes;
}
