import * as v from "valibot";
import { LONGEST_DEADLINE, replaceMs, timeoutBetween } from "../../engine/sign-up/duration-options";
import { formatGiven, notAs } from "../../engine/sign-up/rule-options";
import { safeUrl } from "./vendor-call";
import type { Feeds, FieldRules } from "./vendor-fields";

// Only checks use these options, so no function's bundle contains them.

/** A time below the minimum does not suffice to connect; no step waits longer than the maximum. */
export const timeLimit = () => v.optional(timeoutBetween("timeout", "250ms", LONGEST_DEADLINE));

export const replacedTimeLimit = () => replaceMs("timeoutMs", "timeout", "2s");

/** A limit of at most 10 MiB: a function has memory for a few such answers at a time. */
export function sizeLimit() {
  const [least, most] = [1, 10_485_760];
  const message = ({ input }: v.BaseIssue<unknown>) => `maxBytes is ${formatGiven(input)}; it must be a number from ${least} to ${most}.`;
  return v.optional(v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message)));
}

export const vendorAddress = () =>
  v.custom<string>(
    (input) => typeof input === "string" && safeUrl(input) !== undefined,
    ({ input }) => `the endpoint has to be an https address without user name; ${formatGiven(input)} is not.`,
  );

export function buildFeedsSchema<F extends string>(rules: FieldRules<F>): v.OptionalSchema<v.GenericSchema<unknown, Feeds<F>>, undefined> {
  const feeds = Object.keys(rules).map((name) => {
    const isFeed = (input: unknown) => typeof input === "string" || typeof input === "function";
    return [name, v.exactOptional(v.custom(isFeed, `fields.${name} is neither an attribute's short name nor a function.`))] as const;
  });
  return v.optional(v.strictObject(Object.fromEntries(feeds), notAs("fields takes an object of attributes or functions"))) as never;
}
