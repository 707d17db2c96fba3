import { type AccountReason, accountReasons } from "../../adapters/graph/accounts/account-error";
import { decisionSentence } from "../../engine/approvals/deciding";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { approvalWords, providerText } from "../../engine/messages/operator/approvals";

const words = approvalWords.en;

/** What somebody who decides on a request has to know at least, who decided before included. What the person typed stands in quotes. */
export function inShort(request: ApprovalRequest): string {
  const { reference, email, emailProven, attributes, decision, gate } = request;
  const name = attributes.displayName === undefined ? "" : ` ${JSON.stringify(attributes.displayName)}`;
  const remarks = [
    ...(gate === undefined ? [] : [`at the gate ${gate}`]),
    ...(emailProven ? [] : [words.notProven.toUpperCase()]),
    ...(decision === undefined ? [] : [decisionSentence(decision)]),
  ];
  return [`${reference}  ${email}${name}, signed in with ${providerText(words, request)}`, ...remarks].join("; ");
}

/** What an operator can do about an account that could not be made. */
export function advice(reason: string): string | undefined {
  return Object.hasOwn(accountReasons, reason) ? accountReasons[reason as AccountReason] : undefined;
}
