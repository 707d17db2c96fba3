import type { AboutRule, Misplaced } from "../engine/about-rule";
import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { schemaTexts } from "../engine/messages/schema";
import { valueTexts } from "../engine/messages/values";
import { about } from "./lists/about";
import { texts } from "./lists/texts";
import { variants } from "./lists/variants";
import { sortByPlace } from "./place";

// No function may import this file. Otherwise every rule and every text would be in every bundle. The command line, docs and tests import it.

/** Every rule that a policy can use, in the order of the docs. */
export const ruleRegistry: readonly AboutRule[] = sortByPlace<AboutRule>(about);

/** The rules whose `steps` differ from their types. A type test ensures that there are none. */
export type MisplacedRules = Misplaced<(typeof about)[number]>;

/** Names of the helpers for policies that the rules' folders export besides the rules. */
export const ruleHelpers: readonly string[] = ruleRegistry.flatMap(({ helpers = [] }) => helpers);

/** Reasons that Gatehouse itself gives, under any policy. No rule gives them. */
export const reasonsOfNoRule = [
  "request.email",
  "request.unreadable",
  "request.step",
  "request.tenant",
  "request.drill",
  "posture.closed",
  "posture.listed",
  "gatehouse.unavailable",
  "gatehouse.blocked",
] as const;

/** The texts of all rules, by reason. */
export const allRuleTexts = { ...applicationTexts, ...domainTexts, ...refusedDomainTexts, ...valueTexts, ...texts };

/** More specific texts of a reason, by variant, with the rule that uses them. A verdict's `wording` names the variant. */
export const textVariants = [{ rule: "validate", reason: "attribute.invalid", texts: schemaTexts }, ...variants] as const;
