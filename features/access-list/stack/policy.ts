import { isUnlikelyIssuer } from "../../../engine/sign-up/issuers";
import { unwrapRule } from "../../../engine/sign-up/policy";
import type { AnyRule, Use } from "../../../engine/sign-up/rule";
import { hasPeopleWait, haveStepsPeopleWait } from "../../../engine/sign-up/waiting";
import { placeAt, sourcesOfAll } from "../../../lib/policy-folder/policy-files";
import { type PolicyFeature, type PolicyStep, usesOfRules } from "../../../lib/policy-folder/policy-step";
import { classNames } from "../entry";
import { concernWords } from "../entry-words";

export const policyChecks: PolicyFeature = {
  warns: (steps) => [...providerWarnings(steps), ...unlikeLists(steps)],
  defines: dataDefines,
  answerDefines: (rules) => ({
    GATEHOUSE_CLASS_CONSUMER: JSON.stringify(listData(usesOfRules(rules)).includes("consumer") ? "used" : "unused"),
  }),
};

/** Matches `trust: ["mail"]`, `const trusted = ["mail"]`, `onlyProviders(["mail"])`. */
const providers = /\b(?:\w*trust\w*\s*[:=]\s*|onlyProviders\(\s*)\[([^\]]*)\]/gi;

/** Warns of providers in the source that probably do not exist: a condition on one is never met. */
function providerWarnings(steps: readonly PolicyStep[]): readonly string[] {
  return sourcesOfAll(steps).flatMap((source) =>
    [...source.text.matchAll(providers)].flatMap(({ index, 0: text, 1: list = "" }) =>
      [...list.matchAll(/["'`]([^"'`]+)["'`]/g)]
        .filter(([, name = ""]) => isUnlikelyIssuer(name))
        .map(([quoted, name = ""]) => `${placeAt(source, index + text.indexOf(quoted))}${concernWords.en.unknownIssuer(name)}`),
    ),
  );
}

/**
 * Warns if after-sign-in has other options of `accessList` than before-create-user, and therefore denies people whose entry requires
 * approval.
 */
function unlikeLists(steps: readonly PolicyStep[]): readonly string[] {
  const policies = steps.map(({ policy }) => policy);
  const isAsked = policies.some((policy) => policy.step === "before-create-user" && hasPeopleWait(policy));
  if (!isAsked || haveStepsPeopleWait(policies)) return [];
  return [
    "accessList trusts fewer providers or names more classes in after-sign-in than in before-create-user, so an entry for approval denies people after sign-in. Give both the same options.",
  ];
}

/** Returns the classes that rules on the access list use. Omits classes that only other rules use. */
export function listPolicyClasses(steps: readonly PolicyStep[]): readonly string[] {
  const rules = steps.flatMap(({ policy }) => policy.rules.map(unwrapRule));
  const lists = rules.filter(({ uses = [] }) => uses.some((use) => "table" in use && use.table === "accessList"));
  return listData(usesOfRules(lists));
}

function listData(uses: readonly Use[]): readonly string[] {
  return uses.flatMap((use) => ("data" in use ? [use.data] : []));
}

/** Unused data would slow every cold start. */
function dataDefines(rules: readonly AnyRule[]): Readonly<Record<string, string>> {
  const data = listData(usesOfRules(rules));
  return Object.fromEntries(
    classNames.map((name) => [`GATEHOUSE_DATA_${name.toUpperCase()}`, JSON.stringify(data.includes(name) ? "present" : "absent")]),
  );
}
