import { approvalTexts } from "../../lambda/messages/approval";
import { identityTexts } from "../../lambda/messages/identity";
import { textOf } from "../../lambda/messages/rule-texts";
import { valueTexts } from "../../lambda/messages/values";

/** A refusal as a rule gives it: with its text, if the reason is that rule's own. */
export const refusal = (reason: string) => ({ reason, ...textOf({ ...approvalTexts, ...identityTexts, ...valueTexts }, reason) });
