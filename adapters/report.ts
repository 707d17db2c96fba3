import { omit } from "../engine/collections";
import type { Failure } from "../engine/sign-up/decision";
import { UnfinishedError } from "../engine/sign-up/failure";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { DecisionRecord } from "../engine/sign-up/record";
import type { UpstreamFailure } from "../engine/sign-up/service";
import type { RuleResult } from "../engine/sign-up/verdict";
import { environment } from "./aws/environment";
import type { World } from "./world";

export const METRIC_NAMESPACE = "Gatehouse";

/** Metrics that are counted in total and for each version: a deployment watches those of the new version. */
export type VersionFailure = "ClaimsMissing" | "FailedClosed";

/** Milliseconds that an answer took. Unlike other metrics, it is recorded only by version. */
export const ANSWER_MS = "AnswerMs";

/** Milliseconds that a cold call waited for new environments. */
export const COLD_MS = "ColdMs";

/** Dimensions that distinguish a version's failures and times, besides `service`, which every metric has. */
export const versionDimensions = (lambda: string, version: string) => ({ function: lambda, version });

/** The only step at which a failure does not stop the person. */
const TOKEN_STEP = "before-sending-token";

export interface RuleTime {
  readonly rule: string;
  readonly ms: number;
}

/** Logs one line for a decision, with names and codes only: nothing that a person typed. */
export function reportDecision(
  { log, settings, clock }: Pick<World, "log" | "settings" | "clock">,
  record: DecisionRecord,
  failure: Failure | undefined,
  gatewayRequestId: string | undefined,
  ruleTimes?: readonly RuleTime[],
): void {
  const line = {
    step: record.step,
    verdict: record.verdict,
    rule: record.rule,
    ...(record.reasons.length > 0 && { reasons: record.reasons }),
    reference: record.reference,
    personId: record.personId,
    durationMs: record.durationMs,
    trace: record.trace.filter(({ shadow, said }) => !shadow || said !== "unfinished").map(formatRuleResult),
    gatewayRequestId,
    calls: record.calls && Object.fromEntries(record.calls.map(({ service, ms }) => [service, ms])),
    ruleTimes,
    ...decisionMetrics(record, { settings, now: clock.now() }),
  };
  if (failure === undefined) log.info("decided", line);
  else
    log.error(record.step === TOKEN_STEP ? "token without claims" : "failed closed", {
      ...line,
      failure: {
        why: failure.why,
        ...(failure.error instanceof UnfinishedError && { unfinished: failure.error.work }),
        ...readErrorTrace(failure.error),
      },
    });
  for (const { upstreamFailure } of record.trace) if (upstreamFailure !== undefined) countUpstreamFailure(log, upstreamFailure);
  if (record.trace.some(({ evidence }) => evidence?.count === "unread")) log.count("LimitsUnread");
  if (failure === undefined) return;
  // The dimension is the function's version: if a new version fails, its deployment is rolled back.
  log.count(record.step === TOKEN_STEP ? "ClaimsMissing" : "FailedClosed", deployedVersion(settings));
}

/**
 * Counts an error that no code handles as FailedClosed, so that the alarm rings. Such an error occurs, for example, if a rule lacks an
 * `await`.
 */
export function reportStray({ log }: Pick<World, "log">, error: unknown): void {
  log.error("failed with nobody waiting", { failure: readErrorTrace(error) });
  log.count("FailedClosed");
}

/** Names the person in the log only by the keyed hash. */
export function reportLostRecord({ log }: Pick<World, "log">, record: DecisionRecord, error: unknown): void {
  const { trace, ...rest } = omit(record, "id", "email", "attributes", "ipAddress");
  const ruleResults = trace.map(({ rule, said, shadow, reasons, set, upstreamFailure }) => ({
    rule,
    said,
    shadow,
    reasons,
    set,
    upstreamFailure,
  }));
  log.error("record lost", { record: { ...rest, trace: ruleResults }, failure: readErrorTrace(error) });
  log.count("RecordsLost");
}

/** Returns a text such as `verify-identity: block (idology timeout)`. */
export function formatRuleResult({ rule, said, shadow, upstreamFailure }: RuleResult): string {
  const failureText =
    upstreamFailure &&
    ` (${[upstreamFailure.service, upstreamFailure.kind, upstreamFailure.status, upstreamFailure.at].filter((part) => part !== undefined).join(" ")})`;
  return `${rule}${shadow ? " (shadow)" : ""}: ${said}${failureText ?? ""}`;
}

/** Returns the metrics as members of the decision's log line, because each further line costs money. */
function decisionMetrics(
  { at, gate = DEFAULT_GATE, rule, source, coldMs }: DecisionRecord,
  { settings, now }: { readonly settings: World["settings"]; readonly now: number },
): object {
  const Dimensions = [["service", "gate", "verdict", ...(rule === undefined ? [] : ["rule"]), "source", "step"]];
  const countMetrics = { Namespace: METRIC_NAMESPACE, Dimensions, Metrics: [{ Name: "Decisions" }] };
  const version = settings[environment.versionTimes] === undefined ? undefined : deployedVersion(settings);
  const CloudWatchMetrics = [
    countMetrics,
    ...(version === undefined ? [] : [timeMetric(ANSWER_MS, Object.keys(version))]),
    ...(coldMs === undefined ? [] : [timeMetric(COLD_MS)]),
  ];
  return {
    ...{ gate, source, Decisions: 1 },
    ...(version !== undefined && { ...version, [ANSWER_MS]: now - Date.parse(at) }),
    [COLD_MS]: coldMs,
    _aws: { Timestamp: now, CloudWatchMetrics },
  };
}

function timeMetric(Name: string, by: readonly string[] = []) {
  return { Namespace: METRIC_NAMESPACE, Dimensions: [["service", ...by]], Metrics: [{ Name, Unit: "Milliseconds" }] };
}

function deployedVersion({ AWS_LAMBDA_FUNCTION_NAME: lambda = "", AWS_LAMBDA_FUNCTION_VERSION: version = "" }: World["settings"]) {
  return versionDimensions(lambda, version);
}

/** The dimension `system` names the outside system, because `service` names the stack. */
export function countUpstreamFailure(log: World["log"], { service, kind }: UpstreamFailure): void {
  log.count("UpstreamFailures", { system: service, kind });
}

/** A member of errors whose message contains nothing that a person typed. */
export interface LoggableError {
  readonly mayBeLogged?: boolean;
}

/** Leaves out most errors' message, because it may quote claims, over several lines. */
export function readErrorTrace(error: unknown): { error: string; code?: string; why?: string; at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { message, stack = "" } = error;
  const begin = stack.indexOf(message);
  const after = begin < 0 ? "" : stack.slice(begin + message.length);
  const frames = after.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  const code = readCode(error) ?? readCode(error.cause);
  const why = (error as LoggableError).mayBeLogged && { why: message };
  return { error: error.name, code, ...why, at: frames.slice(0, 5).map((frame) => frame.trim()) };
}

/** Of a failed fetch, only the cause has the code. */
function readCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^[A-Z][A-Z_0-9]{2,60}$/.test(code) ? code : undefined;
}

/** Returns the error's name and trace. If the name does not look like a name, "Error" replaces it. */
export function thrownIn({ error }: Failure): NonNullable<DecisionRecord["thrown"]> {
  const { error: name, at } = readErrorTrace(error);
  return { error: /^[\w$.]{1,60}$/.test(name) ? name : "Error", at };
}

/** Names a person in the log by the keyed hash. Leaves out an id of another form: the row may have been edited by hand. */
export function loggedPerson(personId: string | undefined): { readonly personId?: string } {
  return personId !== undefined && /^[\w-]{22}$/.test(personId) ? { personId } : {};
}

/** The name of this package's sources in source maps. */
export const OUR_SOURCES = "entra-gatehouse/";

/** Matches a position in a function's code: `at x (/var/task/index.js:3:73412)`. */
export const IN_CODE = /[^\s(]*index\.js:(\d+):(\d+)/;

/** Prefers a position in the app's own files (`policy/before-create-user.ts:5:18`), then in a function's code (`index.js:3:73412`). */
export function findThrownPlace({ at }: Pick<NonNullable<DecisionRecord["thrown"]>, "at">): string | undefined {
  const places = at.map((line) => /([^\s(]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? line);
  const isOthers = (place: string) => place.startsWith(OUR_SOURCES) || /(^|\/)node_modules\/|^node:/.test(place);
  const found =
    places.find((place) => !isOthers(place) && !IN_CODE.test(place)) ?? places.find((place) => IN_CODE.test(place)) ?? places[0];
  return found?.replace(IN_CODE, "index.js:$1:$2");
}
