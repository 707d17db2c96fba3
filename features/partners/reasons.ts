import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "partner.not-proven": {
    meaning: {
      en: "no partner has proven the address's domain, or nobody has proven the address",
      ko: "파트너가 증명한 도메인의 주소가 아니거나, 주소가 확인되지 않았습니다",
    },
    remedy: {
      en: "See the domain's state: npm run gate -- partners show DOMAIN. Its owner sets the TXT record again, or you add the domain.",
      ko: "도메인의 상태를 확인하세요: npm run gate -- partners show 도메인. 도메인 소유자가 TXT 레코드를 다시 설정하거나, 도메인을 추가하세요.",
    },
  },
};
