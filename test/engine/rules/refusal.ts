import { approvalTexts } from "../../../engine/messages/approval";
import { identityTexts } from "../../../engine/messages/identity";
import { ruleText } from "../../../engine/messages/rule-texts";
import { valueTexts } from "../../../engine/messages/values";

/** A refusal as a rule gives it: with its text, if the reason is that rule's own. */
export const refusal = (reason: string) => ({ reason, ...ruleText({ ...approvalTexts, ...identityTexts, ...valueTexts }, reason) });
