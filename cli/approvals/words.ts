import { type AccountReason, accountReasons } from "../../adapters/graph/accounts/account-error";
import { decisionSentence } from "../../engine/approvals/deciding";
import type { ApprovalRequest } from "../../engine/approvals/request";
import { issuersOf } from "../../engine/sign-up/sign-up";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "3 d", "5 h", "12 min" */
export function age(since: string, now: Date): string {
  const ms = Math.max(now.getTime() - Date.parse(since), 0);
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)} d`;
  return ms >= HOUR_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / MINUTE_MS)} min`;
}

export const NOT_PROVEN = "address not proven";

/** Whom the person signed in with; a request that was stripped no longer knows. */
export function providerLine({ identities, strippedAt }: Pick<ApprovalRequest, "identities" | "strippedAt">): string {
  return strippedAt === undefined ? issuersOf({ identities }).join(", ") : "forgotten";
}

/** What somebody who decides on a request has to know at least, who decided before included. What the person typed stands in quotes. */
export function inShort(request: ApprovalRequest): string {
  const { reference, email, emailProven, attributes, decision } = request;
  const name = attributes.displayName === undefined ? "" : ` ${JSON.stringify(attributes.displayName)}`;
  const remarks = [...(emailProven ? [] : [NOT_PROVEN.toUpperCase()]), ...(decision === undefined ? [] : [decisionSentence(decision)])];
  return [`${reference}  ${email}${name}, signed in with ${providerLine(request)}`, ...remarks].join("; ");
}

/** What an operator can do about an account that could not be made. */
export function advice(reason: string): string | undefined {
  return Object.hasOwn(accountReasons, reason) ? accountReasons[reason as AccountReason] : undefined;
}
