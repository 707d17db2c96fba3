import { ruleText } from "../../../engine/messages/rule-texts";
import { allRuleTexts } from "../../../features/rules";

/** A refusal as a rule gives it: with its text, if the reason is that rule's own. */
export const refusal = (reason: string) => ({ reason, ...ruleText(allRuleTexts, reason) });
