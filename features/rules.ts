import type { AboutRule, Misplaced } from "../engine/about-rule";
import { applicationTexts, domainTexts, refusedDomainTexts, valueTexts } from "../engine/messages/rule-texts";
import { schemaTexts } from "../engine/messages/schema";
import { about } from "./lists/about";
import { texts } from "./lists/texts";
import { variants } from "./lists/variants";
import { sortByOrder } from "./order";

// No function may import this file: every rule and text would be in its bundle. The command line, docs and tests import it.

/** All rules, in the order of the docs. */
export const ruleRegistry: readonly AboutRule[] = sortByOrder<AboutRule>(about);

/** Rules whose `steps` differ from their types. A type test ensures that there are none. */
export type MisplacedRules = Misplaced<(typeof about)[number]>;

export const ruleHelpers: readonly string[] = ruleRegistry.flatMap(({ helpers = [] }) => helpers);

/** Reasons that Gatehouse itself gives, under any policy. */
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

export const allRuleTexts = { ...applicationTexts, ...domainTexts, ...refusedDomainTexts, ...valueTexts, ...texts };

/** More specific texts of a reason. A verdict's `wording` names the variant. */
export const textVariants = [{ rule: "validate", reason: "attribute.invalid", texts: schemaTexts }, ...variants] as const;
