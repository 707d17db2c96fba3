import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { policySecrets } from "../../adapters/aws/secrets";
import { countUpstreamFailure, formatRuleResult, reportStray } from "../../adapters/report";
import { survivingRejections } from "../../adapters/stray-rejections";
import { decisionTable } from "../../adapters/tables/decision-writes";
import { rows } from "../../adapters/tables/rows";
import { tableNamesIn } from "../../adapters/tables/tables";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import type { ShadowCall } from "../../engine/sign-up/decision";
import type { Policy } from "../../engine/sign-up/policy";
import type { Step } from "../../engine/sign-up/sign-up";
import { pause, readDeadlineMs } from "../../engine/sign-up/time";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { countingRows } from "../counting-rows";
import { evaluateShadow } from "./shadows";
import { addShadowResult } from "./store";

/** Delays before a missing record is read again: the step's function writes it at the same time as it calls this function. */
const RECORD_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];

/** Records each result as soon as it is known. So a rule that never ends, or ends the process, costs no earlier results. */
export function shadowHandler(policy: Policy) {
  return (world: Pick<World, "settings" | "clock" | "random" | "log" | "tables" | "secrets">) => {
    const { settings, clock, random } = world;
    const { read, write } = rows(world.tables, tableNamesIn(settings));
    const decisions = decisionTable(world.tables, requireVariable(environment.decisionsTable, settings));
    const secret = policySecrets(world);
    const hashes = personHash(world.secrets, requireVariable(environment.personKeySecret, settings), clock);
    const remainingMs = readDeadlineMs(policy);
    const notes = workNotes(world, "shadows");
    const part = [settings[environment.gate], policy.step].filter((each) => each !== undefined).join("/");

    /** Returns whether the decision's record has taken the result, or no longer wants it. */
    async function record({ record: { id, at, reference } }: ShadowCall, place: number, result: RuleResult): Promise<boolean> {
      for (const delay of [...RECORD_DELAYS_MS, undefined]) {
        const addition = await addShadowResult(decisions, { reference, id, at }, place, result);
        if (addition !== "no record yet") return true;
        if (delay !== undefined) await pause(delay, clock);
      }
      world.log.warn("result of a shadowed rule lost", { rule: result.rule, reference });
      world.log.count("ShadowsLost");
      return false;
    }

    async function noteOutcomes(failures: readonly (string | undefined)[]): Promise<void> {
      const why = failures.find((each) => each !== undefined);
      await (why === undefined ? notes.succeeded(part) : notes.failed(why, { part }));
    }

    async function runShadows(call: ShadowCall): Promise<readonly (string | undefined)[]> {
      const { postponed, record: callRecord } = call;
      const ports = {
        read,
        write,
        counts: countingRows,
        secret,
        ...(await hashes()),
        clock,
        random,
        now: new Date(callRecord.at),
        remainingMs,
      };
      return await Promise.all(
        postponed.rules.map(async (each) => {
          const result = await survivingRejections(
            (error) => reportStray(world, error),
            () => evaluateShadow(policy, postponed, each, ports),
          );
          reportShadow(world, result, policy.step, callRecord.reference);
          const isRecorded = await record(call, each.place, result);
          return describeShadowFailure(result, isRecorded);
        }),
      );
    }

    return composeHandler(world, async (call: ShadowCall): Promise<void> => {
      try {
        await noteOutcomes(await runShadows(call));
      } catch (error) {
        await notes.failed(error, { part });
        throw error;
      }
    });
  };
}

/** Undefined if the rule answered, and its answer is recorded. */
function describeShadowFailure({ rule, said, upstreamFailure }: RuleResult, isRecorded: boolean): string | undefined {
  if (said === "failed" || said === "unfinished")
    return [rule, upstreamFailure?.service, upstreamFailure?.kind ?? said].filter((part) => part !== undefined).join(" ");
  return isRecorded ? undefined : `${rule}: no record`;
}

/** Logs only names and codes. */
function reportShadow({ log }: Pick<World, "log">, result: RuleResult, step: Step, reference: string): void {
  log.info("tried in shadow", { step, reference, trace: [formatRuleResult(result)] });
  if (result.upstreamFailure !== undefined) countUpstreamFailure(log, result.upstreamFailure);
}
