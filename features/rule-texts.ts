import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { schemaTexts } from "../engine/messages/schema";
import { valueTexts } from "../engine/messages/values";
import { texts } from "./lists/texts";
import { variants } from "./lists/variants";

// No function may import this file, which would bring every text into every bundle. The command line, docs and tests use it.

/** Every text of a rule, by reason. */
export const allRuleTexts = { ...applicationTexts, ...domainTexts, ...refusedDomainTexts, ...valueTexts, ...texts };

/** More specific texts of a reason, by variant, with the rule that uses them: the variants that `wording` of a verdict names. */
export const textVariants = [{ rule: "validate", reason: "attribute.invalid", texts: schemaTexts }, ...variants] as const;
