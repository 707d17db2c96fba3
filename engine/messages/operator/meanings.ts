import type { approvalTexts } from "../approval";
import type { identityTexts } from "../identity";
import type { valueTexts } from "../values";

type Reason = keyof typeof approvalTexts | keyof typeof identityTexts | keyof typeof valueTexts;

/** What the reasons of single rules mean, for operators: in the languages that the console speaks. */
export const meanings = {
  en: {
    "value.not-permitted": "a value is not one of those permitted",
    "code.used-up": "the code was already used as many times as it allows",
    "code.too-many-guesses": "the person tried too many values today",
    "lookup.not-found": "the source does not know this person",
    "identity.refuted": "the vendor does not confirm the identity",
    "identity.review": "the vendor asks for a person to review the identity",
    "identity.unavailable": "the vendor could not be asked",
    "identity.country": "the vendor does not verify people in this country",
    "identity.too-many-attempts": "the vendor was asked too often today",
    "approval.requested": "the person asked for approval",
    "approval.pending": "the person's request is waiting for approval",
    "approval.changed": "the person's request changed during the call",
    "approval.address-unproven": "nobody proved the person's address, so they cannot ask for approval",
    "approval.denied": "the person's request was denied",
    "approval.approved": "the person is approved, and the account is being created",
    "approval.provisioned": "the person already has an account",
    "approval.failed": "the person is approved, but the account could not be created",
  },
  ko: {
    "value.not-permitted": "허용된 값이 아닙니다",
    "code.used-up": "코드가 이미 모두 사용되었습니다",
    "code.too-many-guesses": "오늘 너무 많은 값을 시도했습니다",
    "lookup.not-found": "외부 자료에 없는 사람입니다",
    "identity.refuted": "본인 확인 업체가 신원을 확인하지 못했습니다",
    "identity.review": "본인 확인 업체가 사람의 판단을 요청했습니다",
    "identity.unavailable": "본인 확인 업체에 조회할 수 없었습니다",
    "identity.country": "본인 확인 업체가 이 국가를 지원하지 않습니다",
    "identity.too-many-attempts": "오늘 본인 확인 횟수를 초과했습니다",
    "approval.requested": "승인을 요청했습니다",
    "approval.pending": "승인을 기다리는 중입니다",
    "approval.changed": "이 순간 요청의 상태가 바뀌었습니다",
    "approval.address-unproven": "확인되지 않은 주소라 승인을 요청할 수 없습니다",
    "approval.denied": "요청이 거부되었습니다",
    "approval.approved": "승인되어 계정을 만드는 중입니다",
    "approval.provisioned": "이미 계정이 있습니다",
    "approval.failed": "승인되었지만 계정을 만들지 못했습니다",
  },
} as const satisfies Readonly<Record<"en" | "ko", Readonly<Record<Reason, string>>>>;
