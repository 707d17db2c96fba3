import type { Entry } from "../../engine/access-list/entry";

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
      return "This lets in everyone whom no other entry denies.";
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

/** Under which anyone registers a domain. */
function isSuffix(domain: string): boolean {
  return !domain.includes(".") || publicSuffix.test(domain);
}
