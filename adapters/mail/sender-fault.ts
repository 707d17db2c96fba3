import { findSenderAddress } from "../../engine/mail/sender";
import type { MailAccount } from "./send";

/** The reasons for which SES takes no mail of the sender, although nothing is wrong with the mail and its reader. Stored in rows. */
export const senderFaults = [
  "sender-unverified",
  "mail-from-unverified",
  "sandbox",
  "quota",
  "paused",
  "suspended",
  "configuration-set",
  "limit",
  "access-denied",
] as const;
export type SenderFault = (typeof senderFaults)[number];

const byError: Readonly<Partial<Record<string, SenderFault>>> = {
  MailFromDomainNotVerifiedException: "mail-from-unverified",
  SendingPausedException: "paused",
  AccountSuspendedException: "suspended",
  // SendEmail names only one resource that may not exist: the configuration set.
  NotFoundException: "configuration-set",
  LimitExceededException: "limit",
};

/** SES documents "Daily message quota exceeded"; its support pages also quote "Daily sending quota exceeded". */
const DAILY_QUOTA = /daily (message|sending) quota/i;
const UNVERIFIED = /identities failed the check in region [^:]+: *(.+)$/is;

/**
 * Returns why the refusal is the sender's fault. Undefined if the mail or its reader is at fault, or if SES may take it at the next try.
 * @param account asked only if the refusal alone does not say
 */
export async function findSenderFault(error: unknown, from: string, account: () => Promise<MailAccount>): Promise<SenderFault | undefined> {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (isDenied(error)) return "access-denied";
  if (byError[name] !== undefined) return byError[name];
  if (DAILY_QUOTA.test(message)) return "quota";
  if (name !== "MessageRejected") return undefined;
  const [, identities = ""] = UNVERIFIED.exec(message) ?? [];
  if (namesSender(identities, from)) return "sender-unverified";
  const { isSending, isInProduction, isQuotaSpent } = await account();
  if (!isSending) return "paused";
  if (!isInProduction) return "sandbox";
  return isQuotaSpent ? "quota" : undefined;
}

/** True if the caller lacks the right. @param error anything that was thrown */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && /^AccessDenied/.test(error.name);
}

/** In the sandbox SES still takes mail to verified readers. Any other fault concerns every mail. */
export function stopsEveryMail(fault: SenderFault): boolean {
  return fault !== "sandbox";
}

function namesSender(identities: string, from: string): boolean {
  const address = findSenderAddress(from).toLowerCase();
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const names = identities.toLowerCase().split(/[\s,;<>]+/);
  return names.some((name) => name === address || name === domain || (name !== "" && !name.includes("@") && domain.endsWith(`.${name}`)));
}
