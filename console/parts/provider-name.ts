import { pageTexts } from "../texts/languages";
import { visible } from "./value";

/** Identity providers as people know them; those with a domain by it, as filters have it. */
export function providerNames(issuers: readonly string[]): string {
  return issuers.map((issuer) => (Object.hasOwn(t, issuer) ? t[issuer as keyof typeof t] : visible(issuer))).join(", ");
}

const t = pageTexts({
  entra: ["Microsoft Entra", "Microsoft Entra"],
  mail: ["email code", "이메일 코드"],
  unknown: ["unknown", "알 수 없음"],
});
