import { readApprovalSettings } from "../../adapters/aws/approval-settings";
import { AwsError } from "../../adapters/aws/client";
import { SettingsError } from "../../adapters/aws/settings";
import type { Account } from "./account";
import { ses } from "./account-checks";
import { inStack, nothingWrong } from "./check";
import { secretText } from "./secrets";

/** Whether SES sends as the address that mail about approvals comes from. */
export const senderCheck = inStack("sender", async (stack, _, signal) => {
  const arn = stack.output("ApprovalMailSecret");
  if (arn === undefined) return { skipped: "the policy sends no mail" };
  const secret = await secretText(stack.account, arn);
  if (!secret.startsWith("{")) return { skipped: "the secret ApprovalMailSecret is yet to be filled in" };
  try {
    const { mailFrom } = readApprovalSettings(secret);
    if (mailFrom === undefined) return { skipped: "the secret ApprovalMailSecret names no mailFrom, so no mail is sent" };
    for (const identity of identitiesOf(mailFrom)) if (await isVerified(stack.account, identity, signal)) return nothingWrong;
    const { region } = stack.account;
    const domain = mailFrom.slice(mailFrom.lastIndexOf("@") + 1);
    const mend = `Run aws sesv2 create-email-identity --region ${region} --email-identity ${domain}, and create the DNS records that it prints.`;
    return [
      { id: "sender.not-verified", what: `SES in ${region} does not send as ${mailFrom}: neither it nor ${domain} is verified.`, mend },
    ];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [{ id: "sender.settings", what: error.message, mend: `Put it right in the secret ${arn}: docs/mail.md.` }];
  }
});

/** The address, its domain, and those above: a domain's identity stands for all below it. */
function identitiesOf(address: string): readonly string[] {
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  return [address, ...domains];
}

async function isVerified(account: Account, identity: string, signal: AbortSignal): Promise<boolean> {
  try {
    const path = `/v2/email/identities/${encodeURIComponent(identity)}`;
    return (await account.get<{ VerifiedForSendingStatus?: boolean }>(ses, path, signal)).VerifiedForSendingStatus === true;
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) return false;
    throw error;
  }
}
