import { countingRowsOfStep, timingCalls } from "#step-needs";
import type { RuleTime } from "../../adapters/report";
import { decisionKey } from "../../adapters/tables/decision-writes";
import { rows } from "../../adapters/tables/rows";
import { tableNamesIn } from "../../adapters/tables/tables";
import type { ParseReason } from "../../engine/protocols/dialect";
import { buildFingerprint, callIds, fingerprintOfBody } from "../../engine/sign-up/call";
import type { Decision } from "../../engine/sign-up/decision";
import { decide } from "../../engine/sign-up/engine";
import { refusal, UNAVAILABLE } from "../../engine/sign-up/failure";
import { eachHash } from "../../engine/sign-up/person";
import type { Ports } from "../../engine/sign-up/ports";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { within } from "../../engine/sign-up/time";
import type { DecidedCall, ParsedCall, ReplayKeys, ServedStep } from "./step";

export function decideSignUp<Event>(step: ServedStep<Event>): (call: ParsedCall) => Promise<DecidedCall> {
  const { dialect, policy, lastRule, secret, world } = step;
  const { clock, random, settings } = world;
  const { read, write } = rows(world.tables, tableNamesIn(settings));
  const outside = { read, write, counts: countingRowsOfStep(), secret, clock, random };

  async function decideCall(call: ParsedCall, replayLookup: readonly RecordKey[]): Promise<Decision> {
    const { parsed, hashed, now, due, ruleTimes } = call;
    // Makes the alarm ring: without the key of people's hashes, no person can be found in the tables.
    if (!hashed.ok) return { ...refusal(UNAVAILABLE, policy.step), failure: { why: "read", error: hashed.error } };
    if (!parsed.ok) return { ...refuseUnread(parsed.reason, policy.step), replayed: await readReplayed(replayLookup, due) };
    const ports: Ports = {
      ...outside,
      ...hashed.hashes,
      stopwatch: ruleTimes && makeStopwatch(ruleTimes),
      lastRule,
      beginSearch: dialect.beginSearch,
      replayLookup,
      now,
      remainingMs: due - clock.now(),
    };
    return await decide(policy, parsed.received, ports);
  }

  /** Reads the earlier record for a call that cannot be parsed: for other calls, `decide` reads it. Returns nothing if the read fails. */
  async function readReplayed(keys: readonly RecordKey[], due: number): Promise<readonly Row[]> {
    const found = await within((due - clock.now()) / 2, clock, (signal) => read([], signal, keys)).catch(() => new Map<string, Row>());
    return [...found.values()];
  }

  return async (call) => {
    const { ids, replayLookup } = findReplay(step, call);
    const { result: decision, calls } = await timingCalls(() => decideCall(call, replayLookup));
    return { ids, decision, calls };
  };
}

/** If an identical call came before, one of the ids is that of its record. */
function findReplay<Event>({ policy, gate }: ServedStep<Event>, { parsed, hashed, gateway, now }: ParsedCall): ReplayKeys {
  if (!hashed.ok) return { ids: [gateway.id ?? String(now.getTime())], replayLookup: [] };
  const fingerprint = parsed.ok ? buildFingerprint(parsed.received) : fingerprintOfBody(policy.step, gate, gateway.request.body);
  const ids = eachHash(hashed.hashes).flatMap((hashOf) => callIds(fingerprint, now, hashOf));
  return { ids: ids as [string, ...string[]], replayLookup: ids.map(decisionKey) };
}

function makeStopwatch(times: RuleTime[]): NonNullable<Ports["stopwatch"]> {
  return (rule) => {
    const begun = performance.now();
    return () => void times.push({ rule, ms: Math.round((performance.now() - begun) * 100) / 100 });
  };
}

/**
 * Refuses an unreadable call. At `before-sending-token`, this counts as a failure: a token cannot be refused, and is issued without claims.
 */
function refuseUnread(reason: ParseReason, step: Step): Decision {
  const isFailure = step === "before-sending-token";
  return { ...refusal(reason, step), ...(isFailure && { failure: { why: "request", error: new Error(reason) } }) };
}
