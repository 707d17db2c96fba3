import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { policySecrets } from "../adapters/aws/secrets";
import { reportLostShadow, reportShadow, reportStray, traceOf } from "../adapters/report";
import { survivingRejections } from "../adapters/stray-rejections";
import { addShadowResult, decisionTable } from "../adapters/tables/decisions";
import { rows } from "../adapters/tables/rows";
import { tableNamesIn } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import type { Postponed } from "../engine/sign-up/decision";
import { deadlineOf, type Policy } from "../engine/sign-up/policy";
import type { DecisionRecord } from "../engine/sign-up/record";
import { evaluateShadow } from "../engine/sign-up/shadows";
import { pause, within } from "../engine/sign-up/time";
import type { RuleResult } from "../engine/sign-up/verdict";

/** What a step hands to the function that asks its shadowed rules. */
export interface ShadowCall {
  /** The record to which their results are added. */
  readonly record: Pick<DecisionRecord, "id" | "at" | "reference">;
  readonly postponed: Postponed;
}

/** An answer does not wait longer to hand its shadowed rules over. */
const LONGEST_CALL_MS = 500;

type AskShadows = (postponed: Postponed | undefined, record: DecisionRecord, due: number) => Promise<void>;

/**
 * Hands the shadowed rules that a decision passed by to a function of their own, at best effort: what becomes of it
 * changes nothing. Never rejects, and is over by `due`, epoch milliseconds.
 */
export function shadowCaller({ settings, functions, clock, log }: Pick<World, "settings" | "functions" | "clock" | "log">): AskShadows {
  const starter = functions(required(environment.shadowFunction, settings));
  starter.warm();
  return async (postponed, { id, at, reference }, due) => {
    if (postponed === undefined) return;
    const call: ShadowCall = { record: { id, at, reference }, postponed };
    try {
      await within(Math.min(due - clock.now(), LONGEST_CALL_MS), clock, (signal) => starter.start(call, signal));
    } catch (error) {
      log.warn("shadowed rules not asked", { reference, failure: traceOf(error) });
      log.count("ShadowsLost");
    }
  };
}

/** Waits for a record that is not there yet: its step writes it at the time at which it calls here. */
const RECORD_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];

/**
 * The handler that asks a step's shadowed rules about a sign-up whose answer has been given. Each result is recorded as
 * soon as it is known, so that one rule that never ends, or ends the process, costs the others as little as can be.
 */
export function shadowHandler(policy: Policy) {
  return (world: Pick<World, "settings" | "clock" | "random" | "log" | "tables" | "secrets">) => {
    const { settings, clock, random } = world;
    const { read, write } = rows(world.tables, tableNamesIn(settings));
    const decisions = decisionTable(world.tables, required(environment.decisionsTable, settings));
    const secret = policySecrets(world);
    const hashes = personHash(world.secrets, required(environment.personKeySecret, settings), clock);
    const remainingMs = deadlineOf(policy);

    async function record({ record: { id, at, reference } }: ShadowCall, place: number, result: RuleResult): Promise<void> {
      for (const delay of [...RECORD_DELAYS_MS, undefined]) {
        const added = await addShadowResult(decisions, { reference, id, at }, place, result);
        if (added !== "no record yet") return;
        if (delay !== undefined) await pause(delay, clock);
      }
      reportLostShadow(world, result, reference);
    }

    return async (call: ShadowCall): Promise<void> => {
      const { postponed, record: kept } = call;
      const ports = { read, write, secret, ...(await hashes()), clock, random, now: new Date(kept.at), remainingMs };
      await Promise.all(
        postponed.rules.map(async (each) => {
          const result = await survivingRejections(
            (error) => reportStray(world, error),
            () => evaluateShadow(policy, postponed, each, ports),
          );
          reportShadow(world, result, policy.step, kept.reference);
          await record(call, each.place, result);
        }),
      );
    };
  };
}
