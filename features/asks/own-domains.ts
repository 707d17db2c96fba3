import { splitAddress } from "../../engine/sign-up/email";
import type { AnyRule } from "../../engine/sign-up/rule";
import { approvalSettingsIn } from "../approvals/request-approval";
import { isMailProvider } from "../free-mail/free-mail";

/**
 * The tenant's own domains, as far as the gate knows them: those of the asker's addresses, of the tenant that people sign in to, and of the
 * policy's `sponsor`. Colleagues have accounts already.
 */
export function listOwnDomains(
  addresses: readonly string[],
  rules: readonly Pick<AnyRule, "uses">[],
  issuer: string | undefined,
): ReadonlySet<string> {
  const ofAsker = addresses.map((address) => splitAddress(address).domain).filter((domain) => !isMailProvider(domain));
  const tenant = issuer === undefined ? [] : [new URL(issuer).pathname.split("/")[1] ?? ""].filter((each) => each.includes("."));
  return new Set([...ofAsker, ...tenant, ...(approvalSettingsIn(rules)?.plan?.domains ?? [])].map((each) => each.toLowerCase()));
}
