import type { APIGatewayProxyResult, Context } from "aws-lambda";
import { countingRowsOfStep, policySecrets, timingCalls } from "#step-needs";
import { environment } from "../../adapters/aws/environment";
import type { RuleTime } from "../../adapters/report";
import { decisionKey } from "../../adapters/tables/decision-writes";
import { rows } from "../../adapters/tables/rows";
import { tableNamesIn } from "../../adapters/tables/tables";
import { atGate } from "../../engine/protocols/body";
import type { ParseReason } from "../../engine/protocols/dialect";
import { callIds, fingerprintOf, fingerprintOfBody } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import { refusal, UNAVAILABLE } from "../../engine/sign-up/failure";
import { eachHash } from "../../engine/sign-up/person";
import type { Ports } from "../../engine/sign-up/ports";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { deadlineOf, within } from "../../engine/sign-up/time";
import type { Arriving, CallStage, DecidedCall, HashesOfCall, ReadCall, RepeatableCall, StepSettings, TimedCall } from "./step";

type Response = APIGatewayProxyResult;

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

/** The time that a call has, and the hashes of people, if their key can be read in half of it. */
export function callContext<Event>(step: StepSettings<Event>): CallStage<Arriving<Event>, TimedCall, Response> {
  const { dialect, policy, hashes, world } = step;
  const { clock, settings } = world;
  const deadlineMs = Math.min(deadlineOf(policy), dialect.longestMs ?? Number.POSITIVE_INFINITY);

  async function hashesBy(due: number): Promise<HashesOfCall> {
    try {
      return { ok: true, hashes: await within((due - clock.now()) / 2, clock, hashes) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  return async ({ event, context }, rest) => {
    const now = new Date(clock.now());
    const gateway = dialect.call(event);
    const due = dueAt(gateway.arrivedAt, context, { now: now.getTime(), deadlineMs });
    const ruleTimes = settings[environment.ruleTimes] === undefined ? undefined : [];
    return await rest({ gateway, now, due, hashed: await hashesBy(due), ruleTimes });
  };
}

/** Reads the request as the dialect writes it. */
export function signUpFrom<Event>({ dialect, policy, gate, world }: StepSettings<Event>): CallStage<TimedCall, ReadCall, Response> {
  const listAttributes = world.settings[environment.listAttributes]?.split(",");
  return async (call, rest) =>
    await rest({ ...call, parsed: atGate(dialect.parse(call.gateway.request, policy.step, listAttributes), gate) });
}

/** When the answer is due, in epoch milliseconds: it counts from the request's arrival at the gateway. */
export function dueAt(
  arrivedAt: number | undefined,
  context: Context,
  { now, deadlineMs }: { readonly now: number; readonly deadlineMs: number },
): number {
  const elapsed = now - (arrivedAt ?? now);
  const trusted = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return now + Math.min(deadlineMs - trusted, lambdaMs - ANSWER_MS);
}

/** A repeat has the key of what it repeats. */
export function replay<Event>({ policy, gate }: StepSettings<Event>): CallStage<ReadCall, RepeatableCall, Response> {
  return async (call, rest) => {
    const { parsed, hashed, gateway, now } = call;
    if (!hashed.ok) return await rest({ ...call, ids: [gateway.id ?? String(now.getTime())], replayLookup: [] });
    const fingerprint = parsed.ok ? fingerprintOf(parsed.signUp) : fingerprintOfBody(policy.step, gate, gateway.request.body);
    const ids = eachHash(hashed.hashes).flatMap((hashOf) => callIds(fingerprint, now, hashOf));
    return await rest({ ...call, ids: ids as [string, ...string[]], replayLookup: ids.map(decisionKey) });
  };
}

/** The policy's decision, or what there is to say where no rule can be asked. */
export function decided<Event>({ dialect, policy, posture, world }: StepSettings<Event>): (call: RepeatableCall) => Promise<DecidedCall> {
  const { clock, random, settings } = world;
  const { read, write } = rows(world.tables, tableNamesIn(settings));
  const outside = { read, write, counts: countingRowsOfStep(), secret: policySecrets(world), clock, random };

  async function decisionOn(call: RepeatableCall): Promise<Decision> {
    const { parsed, hashed, replayLookup, now, due, ruleTimes } = call;
    if (!hashed.ok) return unreadKey(hashed.error, policy.step);
    if (!parsed.ok) return { ...unread(parsed.reason, policy.step), replayed: await replayed(replayLookup, due) };
    const ports: Ports = {
      ...outside,
      ...hashed.hashes,
      ...(ruleTimes && { stopwatch: stopwatchOf(ruleTimes) }),
      ...(posture && { lastRule: posture }),
      tracing: dialect.tracing,
      replayLookup,
      now,
      remainingMs: due - clock.now(),
    };
    return await decide(policy, parsed.signUp, ports);
  }

  /** The record of a call that no rule gets to see, if it was made before; best effort. */
  async function replayed(keys: readonly RecordKey[], due: number): Promise<readonly Row[]> {
    const found = await within((due - clock.now()) / 2, clock, (signal) => read([], signal, keys)).catch(() => new Map<string, Row>());
    return [...found.values()];
  }

  return async (call) => {
    const { result: decision, calls } = await timingCalls(() => decisionOn(call));
    return { decision, calls };
  };
}

function stopwatchOf(times: RuleTime[]): NonNullable<Ports["stopwatch"]> {
  return (rule) => {
    const begun = performance.now();
    return () => void times.push({ rule, ms: Math.round((performance.now() - begun) * 100) / 100 });
  };
}

/** Without the key no person can be found in the tables: everyone is refused, and the alarm rings. */
function unreadKey(error: unknown, step: Step): Decision {
  return { ...refusal(UNAVAILABLE, step), failure: { why: "read", error } };
}

/** Refuses a call that cannot be read. Before a token, which cannot be refused, it is a failure: the token has no claims. */
function unread(reason: ParseReason, step: Step): Decision {
  const isFailure = step === "before-sending-token";
  return { ...refusal(reason, step), ...(isFailure && { failure: { why: "request", error: new Error(reason) } }) };
}
