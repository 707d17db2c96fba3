import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "identity.refuted": {
    meaning: { en: "the vendor does not confirm the identity", ko: "본인 확인 업체가 신원을 확인하지 못했습니다" },
    remedy: {
      en: "The person may try again with the data of their document, or an approver decides where the policy asks one.",
      ko: "신분증의 내용으로 다시 시도하게 하거나, 정책이 승인을 요청하는 경우 승인자가 결정합니다.",
    },
  },
  "identity.review": {
    meaning: { en: "the vendor wants somebody to review the identity", ko: "본인 확인 업체가 사람의 판단을 요청했습니다" },
    remedy: {
      en: "Decide in the vendor's own queue, or have an approver decide where the policy asks one.",
      ko: "본인 확인 업체의 대기열에서 결정하거나, 정책이 승인을 요청하는 경우 승인자가 결정합니다.",
    },
  },
  "identity.unavailable": {
    meaning: { en: "the vendor could not be asked", ko: "본인 확인 업체에 조회할 수 없었습니다" },
    remedy: {
      en: "The person may try again once the vendor answers. See below what failed.",
      ko: "업체가 다시 응답하면 재시도할 수 있습니다. 실패한 내용은 아래에 있습니다.",
    },
  },
  "identity.country": {
    meaning: { en: "the vendor does not verify people in this country", ko: "본인 확인 업체가 이 국가를 지원하지 않습니다" },
    remedy: {
      en: "Change the policy so that people from this country skip the vendor, or have an approver decide.",
      ko: "이 국가는 본인 확인을 거치지 않도록 정책을 바꾸거나 승인자가 결정하게 하세요.",
    },
  },
  "identity.too-many-attempts": {
    meaning: { en: "the vendor was asked too often today", ko: "오늘 본인 확인 횟수를 초과했습니다" },
    remedy: { en: "The person may try again tomorrow.", ko: "내일 다시 시도할 수 있습니다." },
  },
};
