import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "domain.refused": {
    meaning: { en: "the policy refuses the domain", ko: "정책이 거부하는 도메인입니다" },
    remedy: {
      en: "Take the domain or class out of notDomains in the policy and deploy, or have the person sign up with another address.",
      ko: "정책의 notDomains에서 도메인이나 유형을 빼고 배포하거나, 다른 주소로 가입하게 하세요.",
    },
  },
  "domain.consumer": {
    meaning: {
      en: "the policy does not take addresses of free mail providers",
      ko: "무료 메일 서비스의 주소이며 정책은 조직의 주소를 요구합니다",
    },
    remedy: {
      en: "The person has to sign up with an address of their organisation. If the domain is an organisation's own, let an access list decide in place of notDomains: there an entry for the domain comes closer than the class.",
      ko: "조직의 주소로 가입해야 합니다. 실제로 조직의 도메인이라면 notDomains 대신 접근 목록으로 판단하세요. 목록에서는 도메인 항목이 유형보다 우선합니다.",
    },
  },
};
