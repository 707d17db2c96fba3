import { partsOf } from "../sign-up/email";

/** A provider that delivers several spellings to one mailbox. */
interface Provider {
  /** The domain of the mailbox's one spelling, where several domains are one. */
  readonly domain?: string;
  readonly ignoresDots?: true;
}

/** Domains whose provider documents that `+tag` is delivered to the address without it. */
const providers: Readonly<Record<string, Provider>> = {
  "gmail.com": { ignoresDots: true },
  "googlemail.com": { ignoresDots: true, domain: "gmail.com" },
  "outlook.com": {},
  "hotmail.com": {},
  "live.com": {},
  "msn.com": {},
  "icloud.com": {},
  "me.com": {},
  "mac.com": {},
  "fastmail.com": {},
  "fastmail.fm": {},
  "proton.me": {},
  "protonmail.com": {},
  "pm.me": {},
};

/** The one spelling of the mailbox at known providers; any other address as it is. @param email normalised */
export function mailboxOf(email: string): string {
  const { local, domain } = partsOf(email);
  const provider = Object.hasOwn(providers, domain) ? providers[domain] : undefined;
  if (provider === undefined) return email;
  const mailbox = withoutTag(provider.ignoresDots ? local.replaceAll(".", "") : local);
  // kim.+tag without its tag would be no address, so no mailbox is known for it.
  return mailbox.endsWith(".") ? email : `${mailbox}@${provider.domain ?? domain}`;
}

/** The address without its +tag, whatever the provider makes of tags. @param email normalised */
export function baseOf(email: string): string {
  const { local, domain } = partsOf(email);
  // kim.+tag without its tag would be no address: the dot goes too.
  return `${withoutTag(local).replace(/\.$/, "")}@${domain}`;
}

/** A local part that is nothing but a tag stays whole. */
function withoutTag(local: string): string {
  const plus = local.indexOf("+");
  return plus > 0 ? local.slice(0, plus) : local;
}
