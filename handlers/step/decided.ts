import type { APIGatewayProxyResult } from "aws-lambda";
import { countingRowsOfStep, policySecrets, timingCalls } from "#step-needs";
import type { RuleTime } from "../../adapters/report";
import { decisionKey } from "../../adapters/tables/decision-writes";
import { rows } from "../../adapters/tables/rows";
import { tableNamesIn } from "../../adapters/tables/tables";
import type { ParseReason } from "../../engine/protocols/dialect";
import { callIds, fingerprintOf, fingerprintOfBody } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import { refusal, UNAVAILABLE } from "../../engine/sign-up/failure";
import { eachHash } from "../../engine/sign-up/person";
import type { Ports } from "../../engine/sign-up/ports";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { within } from "../../engine/sign-up/time";
import type { CallStage, DecidedCall, ReadCall, RepeatableCall, StepSettings } from "./step";

/** A repeat has the key of what it repeats. */
export function replay<Event>({ policy, gate }: StepSettings<Event>): CallStage<ReadCall, RepeatableCall, APIGatewayProxyResult> {
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
      ...(posture && { posture }),
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

/** Without the key nobody can be found in the tables: everyone is turned away, and the alarm rings. */
function unreadKey(error: unknown, step: Step): Decision {
  return { ...refusal(UNAVAILABLE, step), failure: { why: "read", error } };
}

/** A call that cannot be read is refused. Where nobody is refused, it is a failure: a token goes without its claims. */
function unread(reason: ParseReason, step: Step): Decision {
  const isFailure = step === "before-sending-token";
  return { ...refusal(reason, step), ...(isFailure && { failure: { why: "request", error: new Error(reason) } }) };
}
