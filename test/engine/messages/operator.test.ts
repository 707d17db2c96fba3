import { ageText, approvalWords, failureSentence, providerText, vendorSentence } from "../../../engine/messages/operator/approvals";
import { decisionWords, evidenceText, failureText, reasonText, upstreamText } from "../../../engine/messages/operator/decisions";
import type { Evidence } from "../../../engine/sign-up/verdict";
import { DAY, HOUR } from "../approvals/requests";

const { en, ko } = decisionWords;

describe("reasons", () => {
  it.each([
    { reasons: ["access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["access-list.denied", "access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["acme.rule", "request.email"], says: "acme.rule, request.email (there is no address, or it cannot be read)" },
    { reasons: ["constructor"], says: "constructor" },
  ])("$reasons: $says", ({ reasons, says }) => expect(reasonText(en, reasons)).toBe(says));

  it("have the same codes in both languages", () => expect(Object.keys(ko.reasons)).toEqual(Object.keys(en.reasons)));
});

it.each<{ evidence: Evidence; says: unknown }>([
  { evidence: { entry: "contoso.com", level: "domain" }, says: "by contoso.com: the domain of the address" },
  { evidence: { entry: "contoso.com", level: "constructor" }, says: "by contoso.com: constructor" },
  { evidence: { entry: "contoso.com" }, says: "by contoso.com" },
  { evidence: { unproven: "contoso.com" }, says: expect.stringMatching(/^contoso\.com does not count: .*trust/) },
  { evidence: { vendor: "idology", id: "17" }, says: "vendor idology, id 17" },
])("evidence: $says", ({ evidence, says }) => expect(evidenceText(en, evidence)).toEqual(says));

it.each([
  {
    failure: { service: "crm", kind: "throttled" as const, status: 429 },
    says: "The call to crm failed: it accepts no more calls for now (HTTP 429).",
  },
  { failure: { service: "crm", kind: "timeout" as const }, says: "The call to crm failed: no answer in time." },
])("an upstream failure: $says", ({ failure, says }) => expect(upstreamText(en, failure)).toBe(says));

it.each([
  { step: "after-sign-in", failure: "read", says: "the tables could not be read, so nobody could be let in" },
  { step: "before-create-user", failure: "rule", says: "a rule failed (the step's log says where), so nobody could be let in" },
  { step: "before-sending-token", failure: "request", says: "the call could not be read, so the token got no claims" },
  { step: "before-sending-token", failure: undefined, says: undefined },
] as const)("a failure at $step: $says", ({ says, ...record }) => expect(failureText(en, record)).toBe(says));

it("the console says both in Korean", () => {
  expect(evidenceText(ko, { entry: "contoso.com", level: "domain" })).toMatch(/^근거 항목 contoso\.com: ./);
  expect(upstreamText(ko, { service: "crm", kind: "timeout" })).toMatch(/^crm 호출 실패: .+\.$/);
});

it("forgets whom a stripped request's person signed in with", () => {
  const identities = [{ issuer: "google.com" }];
  expect(providerText(approvalWords.en, { identities })).toBe("google.com");
  expect(providerText(approvalWords.en, { identities: [] })).toBe("entra");
  expect(providerText(approvalWords.en, { identities: [...identities, { issuer: "mail" }] })).toBe("google.com, mail");
  expect(providerText(approvalWords.ko, { identities: [], strippedAt: "2026-11-20T12:00:00Z" })).toBe("삭제됨");
});

it.each([
  { ms: -1, en: "0 min", ko: "0분" },
  { ms: HOUR - 1, en: "59 min", ko: "59분" },
  { ms: HOUR, en: "1 h", ko: "1시간" },
  { ms: DAY - 1, en: "23 h", ko: "23시간" },
  { ms: DAY, en: "1 d", ko: "1일" },
  { ms: 2 * DAY - 1, en: "1 d", ko: "1일" },
])("tells an age of $ms ms as $en", ({ ms, ...says }) => {
  const now = new Date();
  const since = new Date(now.getTime() - ms).toISOString();
  for (const language of ["en", "ko"] as const) expect(ageText(approvalWords[language], since, now)).toBe(says[language]);
});

it.each([
  { word: { vendor: "experian", outcome: "review" }, says: "experian: review" },
  { word: { vendor: "experian", outcome: "review", code: "REFER" }, says: "experian: review (code REFER)" },
  { word: { vendor: "experian", outcome: "review", reference: "4711" }, says: "experian: review (reference 4711)" },
  {
    word: { vendor: "experian", outcome: "review", code: "REFER", reference: "4711" },
    says: "experian: review (code REFER, reference 4711)",
  },
])("what a vendor said: $says", ({ word, says }) => expect(vendorSentence(word)).toBe(says));

it.each([
  { failure: { reason: "permission-missing" }, says: "permission-missing" },
  { failure: { reason: "attribute-refused", detail: "city" }, says: "attribute-refused (city)" },
  { failure: { reason: "refused", graph: "400 Request_BadRequest" }, says: "refused; Graph: 400 Request_BadRequest" },
  {
    failure: { reason: "attribute-refused", detail: "city", graph: "400 Request_BadRequest" },
    says: "attribute-refused (city); Graph: 400 Request_BadRequest",
  },
])("why there is no account: $says", ({ failure, says }) => expect(failureSentence(failure)).toBe(says));
