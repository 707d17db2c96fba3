import { applicationTexts, domainTexts, refusedDomainTexts } from "../engine/messages/only";
import { schemaTexts } from "../engine/messages/schema";
import { valueTexts } from "../engine/messages/values";
import { texts } from "./lists/texts";
import { variants } from "./lists/variants";

// No function may import this file. Otherwise every text would be in every bundle. The command line, docs and tests import it.

/** Every text of a rule, by reason. */
export const allRuleTexts = { ...applicationTexts, ...domainTexts, ...refusedDomainTexts, ...valueTexts, ...texts };

/** More specific texts of a reason, by variant, with the rule that uses them. A verdict's `wording` names the variant. */
export const textVariants = [{ rule: "validate", reason: "attribute.invalid", texts: schemaTexts }, ...variants] as const;
