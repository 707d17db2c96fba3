import type { Evidence } from "../../../engine/sign-up/verdict";
import { entryWords } from "../../../features/access-list/entry-words";
import {
  ageText,
  approvalWords,
  failureSentence,
  providerText,
  renewalSentence,
  vendorSentence,
} from "../../../features/approvals/request-words";
import { decisionWords, evidenceText, failureText, upstreamText } from "../../../features/decisions/words";
import { reasonsInWords, reasonText } from "../../../features/reasons";
import { DAY, HOUR } from "../../features/approvals/requests";

const { en, ko } = decisionWords;

describe("an operator's text of reasons", () => {
  it.each([
    { reasons: ["access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["access-list.denied", "access-list.denied"], says: "access-list.denied (the list denies)" },
    { reasons: ["acme.rule", "request.email"], says: "acme.rule, request.email (there is no address, or it cannot be read)" },
    { reasons: ["constructor"], says: "constructor" },
  ])("shows codes with their words: $reasons: $says", ({ reasons, says }) => expect(reasonText(en, reasons)).toBe(says));

  it.each([
    { reason: "access-list.denied", says: "the list denies" },
    { reason: "acme.rule", says: "acme.rule" },
    { reason: "constructor", says: "constructor" },
  ])("shows only the words if there are any: $reason: $says", ({ reason, says }) => expect(reasonsInWords(en, [reason])).toBe(says));
});

it.each<{ evidence: Evidence; en: string; ko: string }>([
  { evidence: {}, en: "", ko: "" },
  {
    evidence: { entry: "contoso.com", level: "domain" },
    en: "by contoso.com: the domain of the address",
    ko: "근거 항목 contoso.com: 주소의 도메인",
  },
  { evidence: { entry: "contoso.com", level: "constructor" }, en: "by contoso.com: constructor", ko: "근거 항목 contoso.com: constructor" },
  { evidence: { entry: "contoso.com" }, en: "by contoso.com", ko: "by contoso.com" },
  {
    evidence: { unproven: "contoso.com" },
    en: "contoso.com does not count: this way to sign in does not verify the address, or the policy does not trust it",
    ko: "contoso.com 항목은 적용되지 않음: 이 로그인 방법으로는 주소가 확인되지 않거나 정책이 신뢰하지 않음",
  },
  {
    evidence: { unbacked: "kim@contoso.com" },
    en: "kim@contoso.com does not count: a partner keeps it, and the domain is not a proven partner's",
    ko: "kim@contoso.com 항목은 적용되지 않음: 파트너가 관리하는 항목인데 해당 도메인이 확인된 파트너의 도메인이 아님",
  },
  {
    evidence: { notAsked: "missing city" },
    en: "the source was not asked: city was empty",
    ko: "외부 자료를 조회하지 않음: city 값이 비어 있음",
  },
  {
    evidence: { notAsked: "unusable city" },
    en: "the source was not asked: the value of city cannot be part of a question",
    ko: "외부 자료를 조회하지 않음: city 값으로는 조회할 수 없음",
  },
  {
    evidence: { notAsked: "unproven" },
    en: "the source was not asked: this way to sign in does not verify the address, or the policy does not trust it",
    ko: "외부 자료를 조회하지 않음: 이 로그인 방법으로는 주소가 확인되지 않거나 정책이 신뢰하지 않음",
  },
  { evidence: { vendor: "idology", id: "17" }, en: "vendor idology, id 17", ko: "vendor idology, id 17" },
  {
    evidence: { entry: "*", level: "everyone", notAsked: "missing city", id: "17" },
    en: "by *: everyone, the source was not asked: city was empty, id 17",
    ko: "근거 항목 *: 모든 사람, 외부 자료를 조회하지 않음: city 값이 비어 있음, id 17",
  },
])("evidence is described: $en", ({ evidence, ...says }) => {
  for (const language of ["en", "ko"] as const) expect(evidenceText(decisionWords[language], evidence)).toBe(says[language]);
});

it.each([
  {
    failure: { service: "crm", kind: "throttled" as const, status: 429 },
    says: "The call to crm failed: it accepts no more calls for now (HTTP 429).",
  },
  { failure: { service: "crm", kind: "timeout" as const }, says: "The call to crm failed: no answer in time." },
  {
    failure: { service: "crm", kind: "unexpected" as const, status: 200, at: "/name", came: "number" },
    says: "The call to crm failed: its answer does not keep to its contract (HTTP 200, /name, number).",
  },
])("an upstream failure is described: $says", ({ failure, says }) => expect(upstreamText(en, failure)).toBe(says));

it.each([
  {
    step: "after-sign-in",
    failure: "read",
    en: "the tables could not be read, so nobody could be let in",
    ko: "테이블을 읽지 못하여 아무도 허용할 수 없었습니다",
  },
  {
    step: "before-create-user",
    failure: "rule",
    en: "a rule failed, so nobody could be let in",
    ko: "규칙이 실패하여 아무도 허용할 수 없었습니다",
  },
  {
    step: "before-sending-token",
    failure: "request",
    en: "the call could not be read, so the token got no claims",
    ko: "호출을 읽을 수 없어 토큰에 클레임을 넣지 못했습니다",
  },
  { step: "before-sending-token", failure: undefined, en: undefined, ko: undefined },
] as const)("a failure at $step is described: $en", ({ step, failure, ...says }) => {
  for (const language of ["en", "ko"] as const) expect(failureText(decisionWords[language], { step, failure })).toBe(says[language]);
});

it("an upstream failure has a Korean text in the console", () =>
  expect(upstreamText(ko, { service: "crm", kind: "timeout" })).toBe("crm 호출 실패: 제시간에 응답이 없습니다."));

it("a request shows its providers, or says that an erasure of personal data has removed them", () => {
  const identities = [{ issuer: "google.com" }];
  expect(providerText(approvalWords.en, { identities })).toBe("google.com");
  expect(providerText(approvalWords.en, { identities: [] })).toBe("entra");
  expect(providerText(approvalWords.en, { identities: [...identities, { issuer: "mail" }] })).toBe("google.com, mail");
  expect(providerText(approvalWords.en, { identities, invitation: { code: "1", sentAt: "2026-11-20T12:00:00Z" } as never })).toBe(
    "nothing yet: invited",
  );
  expect(providerText(approvalWords.ko, { identities: [], strippedAt: "2026-11-20T12:00:00Z" })).toBe("삭제됨");
});

it.each([
  { ms: -1, en: "< 1 min", ko: "1분 미만" },
  { ms: HOUR - 1, en: "59 min", ko: "59분" },
  { ms: HOUR, en: "1 h", ko: "1시간" },
  { ms: DAY - 1, en: "23 h", ko: "23시간" },
  { ms: DAY, en: "1 d", ko: "1일" },
  { ms: 2 * DAY - 1, en: "1 d", ko: "1일" },
])("an age of $ms ms is shown as $en", ({ ms, ...says }) => {
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
])("a vendor's answer is shown: $says", ({ word, says }) => expect(vendorSentence(word)).toBe(says));

it.each([
  { failure: { reason: "permission-missing" }, says: "permission-missing" },
  { failure: { reason: "attribute-refused", detail: "city" }, says: "attribute-refused (city)" },
  { failure: { reason: "refused", graph: "400 Request_BadRequest" }, says: "refused; Graph: 400 Request_BadRequest" },
  {
    failure: { reason: "attribute-refused", detail: "city", graph: "400 Request_BadRequest" },
    says: "attribute-refused (city); Graph: 400 Request_BadRequest",
  },
])("the cause of a missing account is shown: $says", ({ failure, says }) => expect(failureSentence(failure)).toBe(says));

it.each([
  {
    how: "on-its-day",
    en: "access since <a>, ended on its day: <b>",
    ko: "<a>부터 이용, 기한에 따라 <b> 종료",
  },
  {
    how: "early",
    by: "kim@contoso.com",
    en: "access since <a>, ended early by kim@contoso.com: <b>",
    ko: "<a>부터 이용, kim@contoso.com 님이 <b>에 미리 종료",
  },
  {
    how: "not-renewed",
    by: "kim@contoso.com",
    en: "access since <a>, ended <b>, not renewed by kim@contoso.com",
    ko: "<a>부터 이용, kim@contoso.com 님이 갱신하지 않아 <b> 종료",
  },
] as const)("ended access, $how, is shown: $en", ({ how, en, ko, ...rest }) => {
  const ended = { how, since: "a", endedAt: "b", ...rest };
  const moment = (at: string) => `<${at}>`;
  expect(renewalSentence(approvalWords.en, ended, moment)).toBe(en);
  expect(renewalSentence(approvalWords.ko, ended, moment)).toBe(ko);
});

it("an entry of the list is described in both languages", () => {
  const said = ({ suffix, issuer, gates, expiresAt, note }: (typeof entryWords)[keyof typeof entryWords]) => [
    suffix("edu"),
    issuer("google.com"),
    gates("a b"),
    expiresAt("2027-01-31"),
    note("by phone"),
  ];
  expect(said(entryWords.en)).toEqual([
    "every organisation's domain under .edu",
    "issuer google.com",
    "gates a b",
    "until 2027-01-31",
    'note "by phone"',
  ]);
  expect(said(entryWords.ko)).toEqual([
    ".edu 아래 모든 조직의 도메인",
    "제공자 google.com",
    "게이트 a b",
    "2027-01-31까지",
    '메모 "by phone"',
  ]);
});
