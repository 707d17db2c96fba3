import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import type { ApprovalStore } from "../../features/approvals/store/approvals";
import type { DecisionStore } from "../../features/decisions/store/decisions";
import type { StepVisit } from "../../simulator/client/visit";
import type { Behind, PartTime, TimedResult } from "../../simulator/pages/bench";
import type { RecordedCall } from "../aws/functions/recorded-calls";
import type { Stories, Story } from "../run/stories";
import { type CallKind, kindOfCall } from "./recorded";

/** Sources of facts about a call. */
export interface Remembered {
  readonly stories: Stories;
  readonly decisions: Pick<DecisionStore, "byReference">;
  readonly approvals: Pick<ApprovalStore, "byPerson">;
  /** The deployed name of the table of decisions. */
  readonly recordsTable: string;
}

/** The remembered call whose answer counted. */
export function storyOf({ attempts }: StepVisit, { stories }: Pick<Remembered, "stories">): Story | undefined {
  return stories.find(attempts.at(-1)?.answer?.requestId);
}

/** Collects the calls behind the answer that counted. */
export async function behindVisit(visit: StepVisit, remembered: Remembered): Promise<Behind | undefined> {
  const story = storyOf(visit, remembered);
  if (story === undefined) return undefined;
  const records = await remembered.decisions.byReference(story.reference).catch(() => []);
  const requestId = await waitingRequest(records[0], remembered);
  const kindOf = (call: RecordedCall) => kindOfCall(call, remembered.recordsTable);
  return {
    reference: story.reference,
    trace: timed(records[0]?.trace ?? [], story.ruleTimes),
    times: timesOf(story, kindOf),
    ...(requestId !== undefined && { requestId }),
    totalMs: story.gatewayMs,
    outside: story.inside.calls
      .filter((call) => kindOf(call) === "outside")
      .map(({ method, url, status, failure, ms }) => ({
        method,
        url,
        came: String(failure ?? status ?? ""),
        ...(ms !== undefined && { ms }),
      })),
  };
}

/** The decision's request for approval, if it is waiting. */
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

function timed(trace: readonly RuleResult[], times: Story["ruleTimes"]): readonly TimedResult[] {
  const left = [...times];
  return trace.map((result): TimedResult => {
    const place = result.shadow || result.said === "skipped" ? -1 : left.findIndex(({ rule }) => rule === result.rule);
    const [time] = place < 0 ? [] : left.splice(place, 1);
    return time === undefined ? result : { ...result, ms: time.ms };
  });
}

/** Reads overlap. The rest of the function's time is its own: parsing the request, and writing the answer. */
function timesOf({ gatewayMs, inside, ruleTimes }: Story, kindOf: (call: RecordedCall) => CallKind): readonly PartTime[] {
  const of = (kind: CallKind) => covered(inside.calls.filter((call) => kindOf(call) === kind));
  const rules = ruleTimes.reduce((sum, { ms }) => sum + ms, 0);
  const outside = of("outside");
  const [secrets, read, write, record] = [of("secrets"), of("read"), of("write"), of("record")];
  const rest = Math.max(0, inside.ms - secrets - read - rules - write - record);
  const all: readonly PartTime[] = [
    { part: "gateway", ms: Math.max(0, gatewayMs - inside.ms) },
    { part: "secrets", ms: secrets },
    { part: "read", ms: read },
    { part: "rules", ms: rules },
    { part: "outside", ms: outside },
    { part: "write", ms: write },
    { part: "record", ms: record },
    { part: "rest", ms: rest },
  ];
  const always: readonly string[] = ["gateway", "read", "rules", "rest"];
  return all.filter(({ part, ms }) => ms > 0 || always.includes(part));
}

/** Time during which at least one call was running. */
function covered(calls: readonly RecordedCall[]): number {
  let until = 0;
  let sum = 0;
  for (const { begunMs, ms = 0 } of [...calls].sort((a, b) => a.begunMs - b.begunMs)) {
    const end = begunMs + ms;
    sum += Math.max(0, end - Math.max(until, begunMs));
    until = Math.max(until, end);
  }
  return sum;
}
