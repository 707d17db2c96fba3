import { Duration, Validations } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Alias } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import * as v from "valibot";
import { WARMING_CALL } from "../../adapters/aws/warming-call";
import { optionSchema } from "../../engine/option-schema";
import type { GateScope, StackFeature } from "../../lib/feature";

export interface KeepWarmOption {
  /**
   * A call every four minutes keeps an instance of each function ready that answers sign-ups or checks callers: docs/hardening.md.
   * @default true, unless `provisionedConcurrency` is set or `reservedConcurrency` is 1
   */
  readonly keepWarm?: boolean;
}

/** Calls that keep functions ready, in a standby too: it has to answer at once when it is needed. */
export const stack: StackFeature<
  KeepWarmOption & { readonly provisionedConcurrency?: number; readonly reservedConcurrency?: number },
  void
> = {
  // After those whose functions answer.
  place: 46,
  name: "keep-warm",
  options: optionSchema<KeepWarmOption>({ keepWarm: v.optional(v.boolean()) }),
  // With a single instance, a call of ours would turn a person away.
  wanted: (_, { keepWarm = true, provisionedConcurrency, reservedConcurrency }) =>
    keepWarm && provisionedConcurrency === undefined && reservedConcurrency !== 1,
  build(scope) {
    const place = new Construct(scope, "KeepWarm");
    const started = aliases(scope);
    for (let begun = 0; begun < started.length; begun += MOST_TARGETS)
      startRegularly(place, begun / MOST_TARGETS + 1, started.slice(begun, begun + MOST_TARGETS));
  },
};

/** People have seen Lambda end environments that were idle for five minutes. */
const EVERY = Duration.minutes(4);
/** EventBridge's limit for a rule. */
const MOST_TARGETS = 5;

function aliases({ gateCredentials, answering }: GateScope): readonly Alias[] {
  return [...[...gateCredentials.values()].map(({ live }) => live), ...answering.map(({ live }) => live)];
}

/** EventBridge drops a call that it cannot make within a minute, as the next one follows soon. */
function startRegularly(place: Construct, number: number, started: readonly Alias[]): void {
  const event = RuleTargetInput.fromObject(WARMING_CALL);
  const rule = new Rule(place, `Schedule${number}`, {
    description: "Keeps functions that people wait for ready",
    schedule: Schedule.rate(EVERY),
    targets: started.map((live) => new FunctionTarget(live, { event, maxEventAge: Duration.minutes(1), retryAttempts: 0 })),
  });
  Validations.of(rule).acknowledge({
    id: "Serverless-EventBusDLQ",
    reason: "A call that is lost is made up for by the next one, four minutes later.",
  });
}
