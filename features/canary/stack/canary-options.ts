import type { Construct } from "constructs";
import * as v from "valibot";
import { wholeNumber } from "../../../engine/fields";

import { optionSchema } from "../../../engine/option-schema";
import { SetupError } from "../../../lib/errors";

/** Options for moving calls gradually to new versions of functions that answer sign-ups: docs/deploying.md. */
export interface CanaryOptions {
  /**
   * The percentage of calls that the new version answers at first: from 1 to 99.
   * @default 10
   */
  readonly percent?: number;
  /** The number of minutes after which the new version answers all calls, from 1 to 2880. @default 10 */
  readonly minutes?: number;
  /**
   * True if the new version's share of the calls grows by `percent` after each interval of `minutes`. False if the new version answers all
   * calls after the first interval.
   * @default false
   */
  readonly linear?: boolean;
}

export interface Canary extends Required<CanaryOptions> {
  /** True if `-c canary=false` turns the gradual move off for this deployment. */
  readonly passedOver: boolean;
}

/** CodeDeploy's limit: an interval lasts at most two days, and a whole deployment fifty hours. */
const MOST_MINUTES = 2_880;
const MOST_MINUTES_IN_ALL = 3_000;

export const canaryOptions = optionSchema<CanaryOptions>({
  percent: v.optional(wholeNumber("", 1, 99)),
  minutes: v.optional(wholeNumber("", 1, MOST_MINUTES)),
  linear: v.optional(v.boolean()),
});

function filledIn(option: boolean | CanaryOptions = true): Required<CanaryOptions> {
  const { percent = 10, minutes = 10, linear = false } = typeof option === "boolean" ? {} : option;
  return { percent, minutes, linear };
}

export function assertCanary(option: boolean | CanaryOptions | undefined): void {
  const { percent, minutes, linear } = filledIn(option);
  const inAll = (Math.ceil(100 / percent) - 1) * minutes;
  if (!linear || inAll <= MOST_MINUTES_IN_ALL) return;
  throw new SetupError(
    `canary takes ${inAll} minutes by ${percent} percent every ${minutes} minutes; CodeDeploy allows ${MOST_MINUTES_IN_ALL} in all: raise canary.percent, or lower canary.minutes.`,
  );
}

export function canaryIn(scope: Construct, option: boolean | CanaryOptions): Canary {
  return { ...filledIn(option), passedOver: isPassedOver(scope) };
}

function isPassedOver(scope: Construct): boolean {
  const contextValue: unknown = scope.node.tryGetContext("canary");
  if (contextValue === undefined || `${contextValue}` === "true") return false;
  if (`${contextValue}` === "false") return true;
  throw new SetupError(`-c canary is ${JSON.stringify(contextValue)}; write -c canary=false to shift all calls at once, or leave it out.`);
}
