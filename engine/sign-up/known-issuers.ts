import { nearestName } from "../nearest-name";
import { ENTRA_ISSUER, MAIL_ISSUER, normaliseIssuer } from "./issuers";

export const unlikelyIssuerWords = {
  en: (issuer: string) =>
    `Perhaps nobody signs in with a provider called ${issuer}: Entra's names are google.com, facebook.com and mail; entra means no provider.${englishHint(meantIssuer(issuer))}`,
  ko: (issuer: string) =>
    `${issuer}(이)라는 제공자로 로그인하는 사람이 없을 수 있습니다. Entra의 이름은 google.com, facebook.com, mail이며 entra는 제공자가 없음을 뜻합니다.${koreanHint(meantIssuer(issuer))}`,
} as const;

/** Entra's own names. A person without a provider counts as coming from `entra`. */
const known = ["google.com", "facebook.com", MAIL_ISSUER, ENTRA_ISSUER];
const brands = ["google", "facebook"];

/** Mail domains that people may take for a provider's name. */
const mailDomains: Readonly<Record<string, string>> = {
  "gmail.com": "google.com",
  "googlemail.com": "google.com",
  "outlook.com": ENTRA_ISSUER,
  "hotmail.com": ENTRA_ISSUER,
  "live.com": ENTRA_ISSUER,
  "microsoft.com": ENTRA_ISSUER,
};

function meantIssuer(issuer: string): string | undefined {
  const name = normaliseIssuer(issuer);
  return Object.hasOwn(mailDomains, name) ? mailDomains[name] : nearestName(issuer, known);
}

function englishHint(name: string | undefined): string {
  return name === undefined ? "" : ` Did you mean ${name}?`;
}

function koreanHint(name: string | undefined): string {
  return name === undefined ? "" : ` ${name}을(를) 뜻하셨나요?`;
}

/**
 * True if people are unlikely to sign in with this provider. An unknown URL or domain counts as likely, because it may be the operator's
 * own federation. But a domain that resembles a known one is unlikely: `gogle.com`.
 */
export function isUnlikelyIssuer(name: string): boolean {
  const issuer = normaliseIssuer(name);
  if (known.includes(issuer) || issuer.includes(":")) return false;
  if (Object.hasOwn(mailDomains, issuer)) return true;
  const [label, ...rest] = issuer.split(".") as [string, ...string[]];
  return rest.length === 0 || brands.includes(label) || nearestName(label, brands) !== undefined;
}
