import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "domain.not-allowed": {
    meaning: { en: "the domain is not one that may sign up", ko: "가입이 허용된 도메인이 아닙니다" },
    remedy: {
      en: "Name the domain in the policy (onlyDomains) and deploy, or have the person sign up with an address of a named one.",
      ko: "정책(onlyDomains)에 도메인을 추가하고 배포하거나, 허용된 도메인의 주소로 가입하도록 안내하세요.",
    },
  },
};
