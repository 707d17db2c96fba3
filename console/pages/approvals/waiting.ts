import type { ApprovalStore } from "../../../adapters/tables/approvals";
import type { RequestBrief } from "../../../engine/approvals/brief";
import { stateAt } from "../../../engine/approvals/standing";
import type { Visit } from "../../app/visit";
import { isAsked, type QueueAsked } from "./queue-asked";

/** After that long those read so far, the oldest, are sorted and grouped, and the page says so. */
const BUDGET_MS = 5_000;

/** Those who wait, as far as sorting and grouping need them. */
export interface Waiting {
  readonly briefs: readonly RequestBrief[];
  /** Whether all of them were read. */
  readonly whole: boolean;
}

/** Reads everybody who waits and is asked for. */
export async function readWaiting(
  store: Pick<ApprovalStore, "briefsByState">,
  { now }: Visit,
  asked: QueueAsked,
  budgetMs = BUDGET_MS,
): Promise<Waiting> {
  const end = Date.now() + budgetMs;
  const briefs: RequestBrief[] = [];
  for await (const page of store.briefsByState("pending")) {
    briefs.push(...page.filter((brief) => stateAt(brief, now) === "pending" && isAsked(asked, brief, now)));
    if (Date.now() >= end) return { briefs, whole: false };
  }
  return { briefs, whole: true };
}
