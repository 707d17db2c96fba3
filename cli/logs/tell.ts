import type { ApprovalRequest } from "../../engine/approvals/request";
import { decisionWords } from "../../engine/messages/operator/decisions";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { localTime } from "../typed";
import type { ReadLine } from "./log-line";
import type { CallStory } from "./story";

const MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const NAME_WIDTH = 22;
const TIME_WIDTH = 10;

/** One thing that happened. */
export interface StoryStep {
  readonly at: number;
  readonly from: string;
  readonly level?: string;
  readonly words: string;
  readonly trace: readonly string[];
  readonly reference?: string;
  readonly line: unknown;
}

/** What a story begins with: the decisions, in a line each. */
export function heading({ records, requests, arrivedAt }: CallStory): readonly string[] {
  const decided = records.map(({ reference, step, gate, verdict, rule, reasons, durationMs }) => {
    const outcome = [decisionWords.en.verdicts[verdict], ...new Set(reasons)].join(", ");
    return `${reference}  ${step}${gate === undefined ? "" : ` at ${gate}`}: ${outcome}${rule === undefined ? "" : `, by ${rule}`}, in ${durationMs} ms`;
  });
  const asked = requests.map(({ reference, state, requestedAt }) => `${reference}  a request of ${localTime(requestedAt)}, ${state}`);
  return [...decided, ...asked, `Arrived ${localTime(new Date(arrivedAt).toISOString())} (${new Date(arrivedAt).toISOString()})`];
}

/** Everything in order. A decision whose line is gone is taken from its record. */
export function stepsOf({ records, requests, lines }: CallStory): readonly StoryStep[] {
  const withLine = new Set(lines.flatMap(({ reference, trace }) => (reference !== undefined && trace.length > 0 ? [reference] : [])));
  const steps: readonly StoryStep[] = [
    ...lines,
    ...records.filter(({ reference }) => !withLine.has(reference)).map(stepOfRecord),
    ...requests.flatMap(stepsOfRequest),
  ];
  return [...steps].sort((one, other) => one.at - other.at);
}

function stepOfRecord({
  at,
  reference,
  step,
  verdict,
  rule,
  reasons,
  trace,
  durationMs,
  policyVersion,
  failure,
}: DecisionRecord): StoryStep {
  const line = { reference, step, verdict, rule, reasons, durationMs, policyVersion, failure, trace: trace.map((each) => each.rule) };
  return {
    at: Date.parse(at),
    from: "record",
    words: [`decided, verdict ${verdict}`, ...(failure === undefined ? [] : [`failure ${failure}`])].join(", "),
    trace: trace.map(({ rule: name, said, shadow }) => `${name}${shadow ? " (shadow)" : ""}: ${said}`),
    reference,
    line,
  };
}

function stepsOfRequest({ reference, history }: ApprovalRequest): readonly StoryStep[] {
  return history.map(({ at, from, to, by }) => ({
    at: Date.parse(at),
    from: "request",
    words: `${from === "none" ? "made" : from} -> ${to}, by ${by.kind}`,
    trace: [],
    reference,
    line: { reference, from, to, by: by.kind },
  }));
}

/** A step of a story, at its time since the call arrived. */
export function storyLines(step: StoryStep, arrivedAt: number): readonly string[] {
  return shown(since(step.at - arrivedAt), step, undefined);
}

/** A line by itself, with its time of day. */
export function dayLines(line: ReadLine, reference: string | undefined): readonly string[] {
  return shown(localTime(new Date(line.at).toISOString()), line, reference);
}

function shown(time: string, { from, level, words, trace }: StoryStep, reference: string | undefined): readonly string[] {
  const loud = level === "WARN" || level === "ERROR" || level === "FATAL" ? `${level} ` : "";
  const code = reference === undefined ? "" : `  ${reference}`;
  return [
    `${time.padStart(TIME_WIDTH)}  ${from.padEnd(NAME_WIDTH)}  ${loud}${words}${code}`,
    ...trace.map((rule) => `${" ".repeat(Math.max(TIME_WIDTH, time.length) + NAME_WIDTH + 4)}  ${rule}`),
  ];
}

/** "+132 ms", "+4.2 s", "+3 min", "+5 h", "+2 d". */
function since(ms: number): string {
  const sign = ms < 0 ? "-" : "+";
  const past = Math.abs(ms);
  if (past < 10 * MS.second) return `${sign}${Math.round(past)} ms`;
  if (past < 2 * MS.minute) return `${sign}${(past / MS.second).toFixed(1)} s`;
  if (past < 2 * MS.hour) return `${sign}${Math.round(past / MS.minute)} min`;
  if (past < 2 * MS.day) return `${sign}${Math.round(past / MS.hour)} h`;
  return `${sign}${Math.round(past / MS.day)} d`;
}

/** For a program: no more of a person than a keyed hash. */
export function stepAsJson({ at, from, level, reference, line }: StoryStep, arrivedAt?: number): object {
  return {
    at: new Date(at).toISOString(),
    ...(arrivedAt !== undefined && { sinceArrivalMs: at - arrivedAt }),
    from,
    ...(level !== undefined && { level }),
    ...(reference !== undefined && { reference }),
    line,
  };
}
