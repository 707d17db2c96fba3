import { Duration } from "aws-cdk-lib";
import { RuleTargetInput } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import * as v from "valibot";
import { WARMING_CALL } from "../../adapters/aws/own-calls";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import { startEvery } from "../../lib/resources/event-rules";

export interface KeepWarmOption {
  /**
   * Every four minutes, calls each function that answers sign-ups or checks callers. The calls keep an instance ready: docs/hardening.md.
   * @default true, unless `provisionedConcurrency` is set or `reservedConcurrency` is 1
   */
  readonly keepWarm?: boolean;
}

/** Keeps functions ready, even in a standby, which has to answer at once when it is needed. */
export const stack: StackFeature<
  KeepWarmOption & { readonly provisionedConcurrency?: number; readonly reservedConcurrency?: number },
  void
> = {
  // This feature comes after the features that make the functions to keep warm.
  order: 46,
  name: "keep-warm",
  options: optionSchema<KeepWarmOption>({ keepWarm: v.optional(v.boolean()) }),
  // With a reserved concurrency of 1, only one call can run at a time. A sign-up during a warming call would fail.
  wanted: (_, { keepWarm = true, provisionedConcurrency, reservedConcurrency }) =>
    keepWarm && provisionedConcurrency === undefined && reservedConcurrency !== 1,
  build(scope) {
    const place = new Construct(scope, "KeepWarm");
    const aliases = [...[...scope.gateCredentials.values()].map(({ live }) => live), ...scope.answering.map(({ live }) => live)];
    for (let start = 0; start < aliases.length; start += MOST_TARGETS)
      startEvery(EVERY, aliases.slice(start, start + MOST_TARGETS), place, {
        id: `Schedule${start / MOST_TARGETS + 1}`,
        description: "Keeps functions that people wait for ready",
        standby: false,
        // If EventBridge cannot make a call within a minute, it drops the call. The next call follows soon.
        target: { event: RuleTargetInput.fromObject(WARMING_CALL), maxEventAge: Duration.minutes(1), retryAttempts: 0 },
      });
  },
};

/** The interval is less than five minutes, because users have seen Lambda end environments that were idle for five minutes. */
const EVERY = Duration.minutes(4);
/** EventBridge's limit for the targets of one rule. */
const MOST_TARGETS = 5;
