import { reasons as catalogueReasons } from "../../engine/messages/catalogue";
import { didYouMean, nearestName } from "../../engine/problem-texts";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule } from "../../engine/sign-up/rule";
import { isKnownLanguage } from "../../engine/sign-up/text";
import { ruleRegistry } from "../../features/rules";
import { findPlace, type SourceFile } from "./policy-files";

/** Key of the block page's title in `messages`: a known reason, although no rule gives it. */
const TITLE = "gatehouse.block-title";
const knownReasons: readonly string[] = [...new Set([...catalogueReasons, ...ruleRegistry.flatMap(({ reasons }) => reasons), TITLE])];

/** Returns a sentence for each text in `messages` whose reason is certainly mistyped. */
export function mistypedReasons(policy: Policy, sources: readonly SourceFile[]): readonly string[] {
  return ungiven(policy, sources).flatMap(({ reason, at }) => {
    if (isKnownLanguage(reason)) {
      return [`${at}messages has ${reason} where a reason belongs: write { "access-list.denied": { ${reason}: "…" } }.`];
    }
    return nearestName(reason, knownReasons) === undefined
      ? []
      : [`${at}messages has a text for ${reason}, ${NEVER_GIVEN}${didYouMean(reason, knownReasons)}`];
  });
}

/** Returns a sentence for each text in `messages` whose reason no rule gives. Empty with own rules, which may give any reason. */
export function reasonWarnings(policy: Policy, sources: readonly SourceFile[]): readonly string[] {
  if (policy.rules.map(unwrapRule).some(isOwnRule)) return [];
  return ungiven(policy, sources).map(({ reason, at }) => `${at}messages has a text for ${reason}, ${NEVER_GIVEN}`);
}

const NEVER_GIVEN = "a reason that no rule gives.";

function ungiven({ step, options }: Policy, sources: readonly SourceFile[]): readonly { readonly reason: string; readonly at: string }[] {
  return Object.keys(options.messages ?? {}).flatMap((reason) => {
    const isGiven = sources.some(({ text }) => new RegExp(`\\bblock\\(\\s*["'\`]${reason.replace(/\W/g, "\\$&")}["'\`]`).test(text));
    return knownReasons.includes(reason) || isGiven ? [] : [{ reason, at: findPlace(step, sources, reason) }];
  });
}

const byName = new Map(ruleRegistry.map((each) => [each.fullest.name, each]));

/** True for the policy's own rule, whose findings only its author knows. */
export function isOwnRule({ isOwn }: AnyRule): boolean {
  return isOwn ?? false;
}

/** Lists the findings that a rule may leave. Undefined if some of them are unknown. */
export function findingsLeftBy({ name, asks = [], requires = [], recommends = [], isOwn }: AnyRule): readonly string[] | undefined {
  const rule = isOwn ? undefined : byName.get(name);
  if (rule === undefined || rule.findings.includes(THE_SOURCE)) return undefined;
  return [
    ...rule.findings.filter((each) => each !== THE_ATTRIBUTE),
    ...(rule.findings.includes(THE_ATTRIBUTE) ? asks : []),
    ...requires,
    ...recommends,
  ];
}

/** The registry's placeholders for findings whose names the policy chooses. */
const THE_SOURCE = "the source's name";
const THE_ATTRIBUTE = "the attribute's name";
