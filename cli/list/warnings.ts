import type { Entry } from "../../engine/access-list/entry";
import { ENTRA_ISSUER } from "../../engine/sign-up/sign-up";
import { loadPolicyFolder, PolicyError, usesOf } from "../../lib/policy-folder/policy-folder";

/** Mail domains where anyone gets an address within a minute: the largest ones, for a warning and no more. */
const freeMail = new Set(
  (
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.jp aol.com icloud.com me.com mac.com " +
    "proton.me protonmail.com pm.me fastmail.com fastmail.fm gmx.com gmx.de gmx.net web.de t-online.de mail.com mail.ru yandex.com yandex.ru " +
    "naver.com daum.net hanmail.net kakao.com nate.com qq.com 163.com 126.com zoho.com orange.fr free.fr laposte.net libero.it"
  ).split(" "),
);

/** Names that stand below a country's code and belong to nobody, as in co.uk: the common ones, for a warning and no more. */
const publicSuffix = /^(ac|co|com|edu|go|gob|gov|govt|ne|net|or|org)\.[a-z]{2}$/;

/** Why allowing an entry lets in more people than an operator may think; undefined where it does not. */
export function tooOpen(entry: Entry): string | undefined {
  switch (entry.kind) {
    case "everyone":
      return "This lets in everyone unless another entry denies them.";
    case "domain":
      return freeMail.has(entry.domain) ? `Anyone can get an address at ${entry.domain}: this lets in everyone.` : undefined;
    case "class":
      return `This lets in everyone with an address of the class ${entry.name}.`;
    case "issuer":
      return `This lets in everyone who signs in with ${entry.issuer}, whatever their address.`;
    case "wildcard":
      return isSuffix(entry.domain) ? `This lets in every address under .${entry.domain}.` : undefined;
    case "account":
    case "address":
      return undefined;
  }
}

/** Suffixes under which anyone can register a domain. */
function isSuffix(domain: string): boolean {
  return !domain.includes(".") || publicSuffix.test(domain);
}

/** A person without a provider counts as coming from the last. */
const known = ["google.com", "facebook.com", "mail", ENTRA_ISSUER];

/**
 * Why nobody is likely to come from the providers that a row names; none where somebody may. A federation of the
 * operator's own goes by its domain or URL, of which nothing is known here.
 * @param issuer the row's own column
 */
export function unknownIssuers(entry: Entry, issuer: string | undefined): readonly string[] {
  const named = new Set(["issuer" in entry ? entry.issuer : undefined, issuer]);
  return [...named].flatMap((each) => (each === undefined || known.includes(each) || /[.:]/.test(each) ? [] : [warning(each)]));
}

function warning(issuer: string): string {
  return `Perhaps nobody signs in with a provider called ${issuer}: Entra's names are google.com, facebook.com and mail; entra means no provider.`;
}

/** Why the row of a class may count for nothing; undefined where a gate's policy asks for that class. */
export function unusedClass(entry: Entry, policyFolders: readonly string[]): string | undefined {
  if (entry.kind !== "class") return undefined;
  const asking = `accessList({ classes: ["${entry.name}"] })`;
  try {
    const uses = policyFolders.flatMap((folder) => loadPolicyFolder(folder)).flatMap(usesOf);
    if (uses.some((use) => "data" in use && use.data === entry.name)) return undefined;
    return `The row counts only if the policy asks for the class, and this one does not: ${asking}.`;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return `The row counts only if the policy, which could not be loaded, asks for the class: ${asking}.`;
  }
}
