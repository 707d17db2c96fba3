import { reasons as catalogueReasons } from "../../../engine/messages/catalogue";
import { ruleRegistry } from "../../../engine/rules/registry";
import { ruleOf } from "../../../engine/sign-up/policy";
import { didYouMean, nearestName } from "../../nearest-name";
import type { PolicyStep } from "../policy-folder";
import { isOwnRule } from "./own-rules";
import { placeOf, type SourceFile } from "./source";

/** A text above a page, which no rule gives. */
const TITLE = "gatehouse.block-title";
const known: readonly string[] = [...new Set([...catalogueReasons, ...ruleRegistry.flatMap(({ reasons }) => reasons), TITLE])];

/** Texts for reasons that nobody gives. Rules of one's own may give any: then only what is near a known one is mistyped. */
export function reasonWarnings({ step, policy }: PolicyStep, sources: readonly SourceFile[]): readonly string[] {
  const hasOwn = policy.rules.map(ruleOf).some(isOwnRule);
  return Object.keys(policy.options.messages ?? {}).flatMap((reason) => {
    const isGiven = sources.some(({ text }) => new RegExp(`\\breason:\\s*["'\`]${reason.replace(/\W/g, "\\$&")}["'\`]`).test(text));
    if (known.includes(reason) || isGiven || (hasOwn && nearestName(reason, known) === undefined)) return [];
    return [`${placeOf(step, sources, reason)}messages has a text for ${reason}, a reason that no rule gives.${didYouMean(reason, known)}`];
  });
}
