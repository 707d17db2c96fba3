import { ageText, approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import { decisionWords, evidenceText, reasonText, upstreamText } from "../../../engine/messages/operator/decisions";
import type { Evidence } from "../../../engine/sign-up/verdict";
import { HOUR, MINUTE } from "../approvals/requests";

const { en, ko } = decisionWords;

describe("reasons", () => {
  it.each([
    { reasons: ["access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["access-list.denied", "access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["acme.rule", "request.email"], says: "acme.rule, request.email (the address cannot be read)" },
    { reasons: ["constructor"], says: "constructor" },
  ])("$reasons: $says", ({ reasons, says }) => expect(reasonText(en, reasons)).toBe(says));

  it("have the same codes in both languages", () => expect(Object.keys(ko.reasons)).toEqual(Object.keys(en.reasons)));
});

it.each<{ evidence: Evidence; says: string }>([
  { evidence: { entry: "contoso.com", level: "domain" }, says: "by contoso.com: the domain of the address" },
  { evidence: { entry: "contoso.com", level: "constructor" }, says: "by contoso.com: constructor" },
  { evidence: { entry: "contoso.com" }, says: "by contoso.com" },
  { evidence: { vendor: "idology", id: "17" }, says: "vendor idology, id 17" },
])("evidence: $says", ({ evidence, says }) => expect(evidenceText(en, evidence)).toBe(says));

it.each([
  {
    failure: { service: "crm", kind: "throttled" as const, status: 429 },
    says: "The call to crm failed: it accepts no more calls for now (HTTP 429).",
  },
  { failure: { service: "crm", kind: "timeout" as const }, says: "The call to crm failed: no answer in time." },
])("an upstream failure: $says", ({ failure, says }) => expect(upstreamText(en, failure)).toBe(says));

it("forgets whom a stripped request's person signed in with", () => {
  const identities = [{ issuer: "google.com" }];
  expect(providerText(approvalWords.en, { identities })).toBe("google.com");
  expect(providerText(approvalWords.en, { identities: [] })).toBe("entra");
  expect(providerText(approvalWords.ko, { identities: [], strippedAt: "2026-11-20T12:00:00Z" })).toBe("삭제됨");
});

it.each([
  { ms: -1, says: "0 min" },
  { ms: 59 * MINUTE, says: "59 min" },
  { ms: HOUR, says: "1 h" },
  { ms: 47 * HOUR, says: "1 d" },
])("tells an age of $ms ms as $says", ({ ms, says }) => {
  const now = new Date();
  expect(ageText(approvalWords.en, new Date(now.getTime() - ms).toISOString(), now)).toBe(says);
});
