import {
  getProvider,
  isAddressHeld,
  isAddressProven,
  isByMailedCode,
  isEmailProven,
  isUnlikelyIssuer,
  listIssuers,
  normaliseIssuer,
  unlikelyIssuerWords,
  wasAddressProven,
} from "../../../engine/sign-up/issuers";
import type { Identity } from "../../../engine/sign-up/sign-up";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { person } from "./people";

const google: Identity = { issuer: "google.com", issuerAssignedId: "1184" };
const mail: Identity = { issuer: "mail", issuerAssignedId: "Kim@Contoso.com" };
const local: Identity = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" };

it.each([
  { identities: [], issuers: ["entra"] },
  { identities: [google, mail, google], issuers: ["google.com", "mail"] },
  { identities: [local], issuers: ["mail"] },
])("$identities have the providers $issuers", ({ identities, issuers }) => {
  expect(listIssuers({ identities })).toEqual(issuers);
  for (const each of identities) expect(issuers).toContain(getProvider(each));
});

it.each([
  { text: " Google ", issuer: "google.com" },
  { text: "FACEBOOK", issuer: "facebook.com" },
  { text: "Idp.Example", issuer: "idp.example" },
  { text: "constructor", issuer: "constructor" },
])("$text is read as $issuer", ({ text, issuer }) => expect(normaliseIssuer(text)).toBe(issuer));

const trusted = ["mail", "google.com"];
it.each<{ given: string; who: Parameters<typeof person>[0]; proven: boolean }>([
  { given: "nobody confirms", who: {}, proven: false },
  { given: "a trusted provider confirms", who: { identities: [google] }, proven: true },
  { given: "a code was mailed to", who: { identities: [mail] }, proven: true },
  { given: "a code was mailed to, for a local account", who: { identities: [local] }, proven: true },
  { given: "a code was mailed to another for", who: { email: "lee@contoso.com", identities: [mail] }, proven: false },
  { given: "a code was mailed to nobody knows whom for", who: { identities: [{ issuer: "mail" }] }, proven: false },
  { given: "one of two confirms", who: { identities: [google, { issuer: "idp.example" }] }, proven: false },
  { given: "somebody typed", who: { identities: [google], emailTyped: true }, proven: false },
  { given: "there is none of", who: { email: "", identities: [google] }, proven: false },
])("an address that $given is proven: $proven", ({ who, proven }) => {
  expect(isAddressProven(person(who), trusted)).toBe(proven);
  expect(isEmailProven(person(who), [])).toBe(proven);
});

it("an address is proven only by a provider that the step trusts", () => {
  expect(isEmailProven(person({ identities: [google], trust: ["google.com"] }), [])).toBe(true);
  expect(isEmailProven(person({ identities: [google], trust: ["mail"] }), [])).toBe(false);
});

const byCode = { rule: "invited", said: "continue", findings: { invited: "code" }, evidence: { invitation: "7" } };
it.each<{ result: object; mailed: boolean }>([
  { result: byCode, mailed: true },
  { result: { ...byCode, rule: "own" }, mailed: false },
  { result: { ...byCode, said: "block" }, mailed: false },
  { result: { ...byCode, shadow: true }, mailed: false },
  { result: { ...byCode, findings: { invited: "address" } }, mailed: false },
  { result: { ...byCode, findings: undefined }, mailed: false },
  { result: { ...byCode, evidence: {} }, mailed: false },
  { result: { ...byCode, evidence: undefined }, mailed: false },
])("$result shows that the code was mailed: $mailed", ({ result, mailed }) => {
  expect(isByMailedCode(result as RuleResult)).toBe(mailed);
  expect(isEmailProven(person(), [{ rule: "a", said: "continue" } as RuleResult, result as RuleResult])).toBe(mailed);
});

it.each<{ record: object; held: boolean; proven: boolean }>([
  { record: {}, held: true, proven: false },
  { record: { issuers: [] }, held: true, proven: false },
  { record: { issuers: ["mail", "google.com"] }, held: true, proven: true },
  { record: { issuers: ["mail", "facebook.com"] }, held: false, proven: false },
  { record: { issuers: ["mail"], emailTyped: true }, held: false, proven: false },
  { record: { issuers: ["mail"], emailProven: false }, held: true, proven: false },
  { record: { issuers: ["idp.example"], emailProven: true }, held: false, proven: true },
])("an address in the record $record is the person's: $held, proven: $proven", ({ record, held, proven }) => {
  expect(isAddressHeld(record)).toBe(held);
  expect(wasAddressProven(record)).toBe(proven);
});

it.each(["google", "Google.com", "facebook", "mail", "entra", "idp.example", "https://login.example", "urn:idp", "contoso.com"])(
  "%s is a likely provider",
  (name) => expect(isUnlikelyIssuer(name)).toBe(false),
);

it.each(["gogle.com", "google.co.kr", "faceboook.com", "microsoft", "gmail", "gmail.com", "Outlook.com", ""])(
  "%j is an unlikely provider",
  (name) => expect(isUnlikelyIssuer(name)).toBe(true),
);

it("a warning suggests the provider that was probably meant", () => {
  const names = "Entra's names are google.com, facebook.com and mail; entra means no provider.";
  expect(unlikelyIssuerWords.en("gogle.com")).toBe(
    `Perhaps nobody signs in with a provider called gogle.com: ${names} Did you mean google.com?`,
  );
  expect(unlikelyIssuerWords.en("gmail.com")).toMatch(/ Did you mean google\.com\?$/);
  expect(unlikelyIssuerWords.en("hotmail.com")).toMatch(/ Did you mean entra\?$/);
  expect(unlikelyIssuerWords.en("okta")).toBe(`Perhaps nobody signs in with a provider called okta: ${names}`);
  expect(unlikelyIssuerWords.ko("gogle.com")).toMatch(/뜻합니다\. google\.com을\(를\) 뜻하셨나요\?$/);
  expect(unlikelyIssuerWords.ko("okta")).toMatch(/뜻합니다\.$/);
});
