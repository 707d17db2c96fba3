/** Something that a provider does with addresses, and who says so. */
interface ProviderFact {
  /**
   * "tags": `kim+news` is `kim`. "ignores": `characters` make no difference. "same": `characters` are one and the same.
   * "one-mailbox": a name is the same mailbox at all of the provider's domains. "subdomains": `news@kim.fastmail.com` is
   * `kim@fastmail.com`.
   */
  readonly fact: "tags" | "ignores" | "same" | "one-mailbox" | "subdomains";
  readonly characters?: string;
  /** Good enough to refuse, not to admit: nobody says so but the provider's users. */
  readonly counts?: "deny";
  /** The page that says so. */
  readonly source: string;
  /** The month in which it was read: 2026-11. */
  readonly checked: string;
}

/** A mail provider that delivers several spellings to one mailbox. */
export interface MailProvider {
  readonly name: string;
  /** In lower case. Where they are one mailbox, it is kept under the first. */
  readonly domains: readonly string[];
  readonly facts: readonly ProviderFact[];
}

const checked = "2026-11";

/** What no provider's page, or nobody at all, says is left out: +tags at Yandex and Daum, further domains of Fastmail. */
export const mailProviders: readonly MailProvider[] = [
  {
    name: "Gmail",
    domains: ["gmail.com", "googlemail.com"],
    facts: [
      { fact: "ignores", characters: ".", source: "https://support.google.com/mail/answer/7436150", checked },
      { fact: "tags", source: "https://gmail.googleblog.com/2008/03/2-hidden-ways-to-get-more-from-your.html", checked },
      // Google's own page is gone; this blog quotes the announcement of 2012.
      { fact: "one-mailbox", source: "https://google-info-blog.blogspot.com", checked },
    ],
  },
  {
    name: "Outlook.com",
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"],
    // Microsoft documents it for Exchange Online; that Outlook.com has had it since 2013 is in the press.
    facts: [
      { fact: "tags", source: "https://www.zdnet.com/article/microsoft-adds-support-for-custom-email-addresses-in-office-365/", checked },
    ],
  },
  {
    name: "iCloud",
    domains: ["icloud.com", "me.com", "mac.com"],
    facts: [
      { fact: "one-mailbox", source: "https://support.apple.com/118230", checked },
      // Apple says nothing of tags; its users do.
      { fact: "tags", source: "https://kosukety.org/use-plus-sign-alias-in-icloud", checked },
    ],
  },
  {
    name: "Fastmail",
    domains: ["fastmail.com", "fastmail.fm"],
    facts: [
      { fact: "tags", source: "https://www.fastmail.help/hc/en-us/articles/360060591053", checked },
      { fact: "subdomains", source: "https://www.fastmail.help/hc/en-us/articles/360060591053", checked },
    ],
  },
  {
    name: "Proton Mail",
    domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"],
    facts: [
      { fact: "ignores", characters: ".-_", source: "https://proton.me/support/change-username", checked },
      { fact: "tags", source: "https://proton.me/support/creating-aliases", checked },
      { fact: "one-mailbox", source: "https://proton.me/support/addresses-and-aliases", checked },
    ],
  },
  {
    name: "Yandex Mail",
    domains: ["yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru"],
    facts: [
      { fact: "same", characters: "-.", source: "https://yandex.com/support/passport/authorization/registration.html", checked },
      { fact: "one-mailbox", source: "https://yandex.com/support/domain/additional/mailbox-alias.xml", checked },
    ],
  },
  {
    name: "Daum Mail",
    domains: ["daum.net", "hanmail.net"],
    facts: [{ fact: "one-mailbox", counts: "deny", source: "https://rachan.tistory.com/6", checked }],
  },
];
