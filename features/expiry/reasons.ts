import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "access.ended": {
    meaning: { en: "the person's access ended, and its renewal has not been granted", ko: "액세스 기간이 끝났고 아직 갱신되지 않았습니다" },
    remedy: {
      en: "Renew it: npm run gate -- expiry renew ADDRESS. After that, a person whose account was deleted can sign up again.",
      ko: "액세스를 갱신하세요: npm run gate -- expiry renew ADDRESS. 계정이 삭제된 사람은 그 뒤에 다시 가입하면 됩니다.",
    },
  },
  "access.unproven": {
    meaning: {
      en: "access of a person with this address ended, and nobody proved that this is the person",
      ko: "이 주소의 액세스 기간이 끝났는데, 본인의 주소인지 확인되지 않았습니다",
    },
    remedy: {
      en: "If it is the person, renew their access: npm run gate -- expiry renew ADDRESS. Or have them sign up in a way that proves the address, such as a one-time passcode.",
      ko: "본인이 맞으면 액세스를 갱신하세요: npm run gate -- expiry renew ADDRESS. 또는 일회용 암호처럼 주소를 확인하는 방법으로 가입하게 하세요.",
    },
  },
};
