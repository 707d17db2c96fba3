import { readReference } from "../../engine/sign-up/call";

/** A line of a log, as far as it is shown. */
export interface ReadLine {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Tells it from every other. */
  readonly key: string;
  /** The writer of the line: a function, `gateway`, `event`, a stand-in. */
  readonly from: string;
  readonly level?: string;
  /** In a line for people. */
  readonly words: string;
  /** What each rule said, where the line tells that. */
  readonly trace: readonly string[];
  /** Codes of pages and requests, and ids of the gateway and of Lambda, that it bears. */
  readonly ids: readonly string[];
  /** Of the decision, where it bears one. */
  readonly reference?: string;
  /** The line itself: an object, or a text that is none of ours. */
  readonly line: unknown;
}

type Members = Readonly<Record<string, unknown>>;

/** Members that each line of the logger has, and that are shown elsewhere. */
const unsaid = new Set([
  ...["level", "message", "timestamp", "service", "cold_start", "function_arn", "function_memory_size", "function_name"],
  ...[
    "function_request_id",
    "sampling_rate",
    "xray_trace_id",
    "reference",
    "references",
    "personId",
    "gatewayRequestId",
    "trace",
    "ruleTimes",
    "source",
    "_aws",
    "Decisions",
  ],
]);

/**
 * Reads a line; undefined for one that only carries metrics.
 * @param text as it was written
 * @param at when it came, where it does not say so itself
 */
export function readLine(from: string, text: string, at: number, key: string): ReadLine | undefined {
  const members = objectIn(text);
  if (members === undefined) return { at, key, from, words: text.trimEnd(), trace: [], ids: [], line: text.trimEnd() };
  if ("_aws" in members && !("level" in members)) return undefined;
  if ("detail-type" in members) return eventLine(members, at, key);
  if ("requestId" in members && "status" in members && "time" in members) return callLine(members, key);
  return functionLine(from, members, at, key);
}

function functionLine(from: string, members: Members, at: number, key: string): ReadLine {
  const { level, message, timestamp, reference, references, gatewayRequestId, function_request_id, trace, ruleTimes, cold_start } = members;
  // What Lambda itself has to say: a time-out, a crash.
  const { requestId, status } = (members.record ?? {}) as Members;
  const codes = [reference, ...(Array.isArray(references) ? references : [])].filter(isText);
  const facts = Object.entries(members).flatMap(([name, value]) => (unsaid.has(name) ? [] : [`${name} ${spelled(value)}`]));
  const first = isText(message) ? message : isText(members.type) ? [members.type, status].filter(isText).join(" ") : "";
  const code = isText(reference) ? readReference(reference) : undefined;
  return {
    at: isText(timestamp) && !Number.isNaN(Date.parse(timestamp)) ? Date.parse(timestamp) : at,
    key,
    from: from.replace(/Function$/, ""),
    ...(isText(level) && { level }),
    words: [first, ...(cold_start === true ? ["cold start"] : []), ...facts].filter((part) => part !== "").join(", "),
    trace: timed(trace, ruleTimes),
    ids: [...codes, gatewayRequestId, function_request_id, requestId].filter(isText),
    ...(code !== undefined && { reference: code }),
    line: members,
  };
}

/** A line of an access log is placed where the call arrived. */
function callLine(members: Members, key: string): ReadLine {
  const { requestId, time, route, status, responseType, latencyMs, functionMs, authorizerMs, credentials } = members;
  const facts = [
    `${route}: ${status}`,
    isTold(responseType) && String(responseType),
    isTold(latencyMs) && `in ${latencyMs} ms`,
    isTold(functionMs) && `the function ${functionMs} ms`,
    isTold(authorizerMs) && `the authorizer ${authorizerMs} ms`,
    isTold(credentials) && `credentials ${credentials}`,
  ];
  const words = facts.filter((fact) => fact !== false).join(", ");
  return { at: milliseconds(Number(time)), key, from: "gateway", words, trace: [], ids: [String(requestId)], line: members };
}

/** Should a gateway tell seconds: as milliseconds they would lie in 1970. */
function milliseconds(time: number): number {
  return time < 100_000_000_000 ? time * 1_000 : time;
}

/** An event holds a person's data: only type and code are shown. */
function eventLine(members: Members, came: number, key: string): ReadLine {
  const { "detail-type": type, id, detail } = members;
  // The bus rounds its own time to seconds.
  const { reference: code, time = members.time } = (detail ?? {}) as Members;
  const reference = isText(code) ? readReference(code) : undefined;
  return {
    at: Math.max(came, Date.parse(String(time)) || 0),
    key,
    from: "event",
    words: String(type),
    trace: [],
    ids: reference === undefined ? [] : [reference],
    ...(reference !== undefined && { reference }),
    line: { id, type, time, reference },
  };
}

/** What each rule said, and how long it took where that is known. */
function timed(trace: unknown, ruleTimes: unknown): readonly string[] {
  const times = new Map((Array.isArray(ruleTimes) ? ruleTimes : []).map(({ rule, ms }: Members) => [rule, ms]));
  return (Array.isArray(trace) ? trace : []).filter(isText).map((said) => {
    const ms = times.get(said.split(/[: ]/, 1)[0]);
    return ms === undefined ? said : `${said}, ${ms} ms`;
  });
}

/** API Gateway writes "-" for what there is not. */
function isTold(value: unknown): boolean {
  return (typeof value === "string" && value !== "-" && value !== "") || typeof value === "number";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** `failure why rule, error UpstreamError`; where in the code it was, --json has. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return value.map(spelled).join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .flatMap(([name, each]) => (name === "at" ? [] : [`${name} ${spelled(each)}`]))
    .join(" ");
}

function objectIn(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}
