import { splitAddress } from "../../engine/sign-up/email";
import type { AnyRule } from "../../engine/sign-up/rule";
import { isMailProvider } from "../free-mail/free-mail";
import { approvalSettingsIn } from "./request-approval";

/**
 * The tenant's own domains, as far as the gate knows them: those of a colleague's addresses, of the tenant that people sign in to, and of the
 * policy's `sponsor`.
 */
export function listOwnDomains(
  addresses: readonly string[],
  rules: readonly Pick<AnyRule, "uses">[],
  issuer: string | undefined,
): ReadonlySet<string> {
  const ofColleague = addresses.map((address) => splitAddress(address).domain).filter((domain) => !isMailProvider(domain));
  const tenant = issuer === undefined ? [] : [new URL(issuer).pathname.split("/")[1] ?? ""].filter((each) => each.includes("."));
  return new Set([...ofColleague, ...tenant, ...(approvalSettingsIn(rules)?.plan?.domains ?? [])].map((each) => each.toLowerCase()));
}
