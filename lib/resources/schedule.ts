import { type Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget, type LambdaFunctionProps } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

interface StartOptions {
  /** @default "Schedule" */
  readonly id?: string;
  readonly description: string;
  /** True if another region starts the function: this region's EventBridge rule is off. */
  readonly standby: boolean;
  /** How `reason` ends: a lost start is made up for by the next one, the next minute's or the next day's. @default "one" */
  readonly next?: "one" | "minute's" | "day's";
  /** The event, its maximum age and its retries. @default EventBridge's own */
  readonly target?: LambdaFunctionProps;
}

/** Makes an EventBridge rule that starts one to five functions at an interval. One rule can have at most five targets. */
export function startEvery(
  every: Duration,
  targetFunctions: IFunction | readonly IFunction[],
  place: Construct,
  options: StartOptions,
): void {
  const { id = "Schedule", description, standby, next = "one", target } = options;
  const rule = new Rule(place, id, {
    description,
    schedule: Schedule.rate(every),
    enabled: !standby,
    targets: [targetFunctions].flat().map((each) => new FunctionTarget(each, target)),
  });
  Validations.of(rule).acknowledge({
    id: "Serverless-EventBusDLQ",
    reason: `A start that is lost is made up for by the next ${next}.`,
  });
}
