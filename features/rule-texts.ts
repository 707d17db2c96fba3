import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { schemaTexts } from "../engine/messages/schema";
import { valueTexts } from "../engine/messages/values";
import { texts } from "./lists/texts";
import { variants } from "./lists/variants";

// No function may import this: it would bring every text into every bundle. The command line, docs and tests derive from it.

/** Every text that travels with a rule, by reason. */
export const allRuleTexts = { ...applicationTexts, ...domainTexts, ...refusedDomainTexts, ...valueTexts, ...texts };

/** More exact texts than the reason's, by variant, and the rule that gives them: what `wording` of a verdict names. */
export const textVariants = [{ rule: "validate", reason: "attribute.invalid", texts: schemaTexts }, ...variants] as const;
