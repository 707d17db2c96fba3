import { allRuleTexts } from "../../../engine/messages/all-rule-texts";
import { ruleText } from "../../../engine/messages/rule-texts";

/** A refusal as a rule gives it: with its text, if the reason is that rule's own. */
export const refusal = (reason: string) => ({ reason, ...ruleText(allRuleTexts, reason) });
