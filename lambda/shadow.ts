import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { secretReader } from "../adapters/aws/secrets";
import { watchingLooseEnds } from "../adapters/loose-ends";
import { system, systemClock } from "../adapters/system";
import { addShadowResult, decisionTable } from "../adapters/tables/decisions";
import { rows } from "../adapters/tables/rows";
import { deadlineOf, type Policy } from "../engine/sign-up/policy";
import { evaluateShadow } from "../engine/sign-up/shadows";
import { pause } from "../engine/sign-up/time";
import type { RuleResult } from "../engine/sign-up/verdict";
import { reportLooseEnd, reportLostShadow, reportShadow } from "./report";
import type { ShadowCall } from "./shadow-call";

/** Waits for a record that is not there yet: its step writes it at the time at which it calls here. */
const RECORD_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];

/**
 * The handler that asks a step's shadowed rules about a sign-up whose answer has been given. Each result is recorded as
 * soon as it is known, so that one rule that never ends, or ends the process, costs the others as little as can be.
 */
export function shadowHandler(policy: Policy) {
  const client = awsClient(dynamodb);
  const { read, write } = rows(client);
  const decisions = decisionTable(client, required(environment.decisionsTable));
  const secrets = awsClient(secretsManager);
  const secret = secretReader(() => secrets);
  const hashes = personHash(secrets, required(environment.personKeySecret));
  const remainingMs = deadlineOf(policy);

  async function record({ record: { id, at, reference } }: ShadowCall, place: number, result: RuleResult): Promise<void> {
    for (const delay of [...RECORD_DELAYS_MS, undefined]) {
      const added = await addShadowResult(decisions, { reference, id, at }, place, result);
      if (added !== "no record yet") return;
      if (delay !== undefined) await pause(delay, systemClock);
    }
    reportLostShadow(result, reference);
  }

  return async (call: ShadowCall): Promise<void> => {
    const { postponed, record: kept } = call;
    const ports = { read, write, secret, ...(await hashes()), ...system, now: new Date(kept.at), remainingMs };
    await Promise.all(
      postponed.rules.map(async (each) => {
        const result = await watchingLooseEnds(reportLooseEnd, (looseEnds) =>
          evaluateShadow(policy, postponed, each, { ...ports, looseEnds }),
        );
        reportShadow(result, policy.step, kept.reference);
        await record(call, each.place, result);
      }),
    );
  };
}
