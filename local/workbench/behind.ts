import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { ApprovalStore } from "../../features/approvals/store/approvals";
import type { DecisionStore } from "../../features/decisions/store/decisions";
import type { StepVisit } from "../../simulator/client/visit";
import type { Stories, Story } from "../run/start-pages";
import { isOutside } from "./recorded";

/** `ms` is absent if the rule did not run. */
export interface TimedResult extends RuleResult {
  readonly ms?: number;
}

export type Behind = NonNullable<Awaited<ReturnType<typeof explainVisit>>>;

export interface Remembered {
  readonly stories: Stories;
  readonly decisions: Pick<DecisionStore, "byReference">;
  readonly approvals: Pick<ApprovalStore, "byPerson">;
}

/** Finds the story of the last attempt, because only its answer counts. */
export function findStory({ attempts }: StepVisit, { stories }: Pick<Remembered, "stories">): Story | undefined {
  return stories.find(attempts.at(-1)?.answer?.requestId);
}

/** Gathers what is remembered of a visit's call. Undefined if the call is not remembered. */
export async function explainVisit(visit: StepVisit, memory: Remembered) {
  const story = findStory(visit, memory);
  if (story === undefined) return undefined;
  const records = await memory.decisions.byReference(story.reference).catch(() => []);
  const requestId = await waitingRequest(records[0], memory);
  return {
    reference: story.reference,
    trace: addRuleTimes(records[0]?.trace ?? [], story.ruleTimes),
    ...(requestId !== undefined && { requestId }),
    outside: story.inside.calls.filter(isOutside).map(({ method, url, status, failure, ms }) => ({
      method,
      url,
      came: String(failure ?? status ?? ""),
      ...(ms !== undefined && { ms }),
    })),
  };
}

async function waitingRequest(record: DecisionRecord | undefined, { approvals }: Remembered): Promise<string | undefined> {
  const { personId, reasons = [] } = record ?? {};
  if (personId === undefined || !reasons.some((reason) => reason.startsWith("approval."))) return undefined;
  try {
    for await (const page of approvals.byPerson(personId)) {
      const waiting = page.find(({ state }) => state === "pending");
      if (waiting !== undefined) return waiting.id;
    }
  } catch {
    return undefined;
  }
  return undefined;
}

function addRuleTimes(trace: readonly RuleResult[], times: Story["ruleTimes"]): readonly TimedResult[] {
  const remainingTimes = [...times];
  return trace.map((result): TimedResult => {
    const place = result.shadow || result.said === "skipped" ? -1 : remainingTimes.findIndex(({ rule }) => rule === result.rule);
    const [time] = place < 0 ? [] : remainingTimes.splice(place, 1);
    return time === undefined ? result : { ...result, ms: time.ms };
  });
}
