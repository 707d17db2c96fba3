import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "account.exists": {
    meaning: {
      en: "the person already has an account with another provider, which the record names",
      ko: "다른 방법으로 가입한 계정이 이미 있습니다. 기록에 그 제공자가 나옵니다",
    },
    remedy: {
      en: "Nothing: the page showed the person how they signed up. If that account is gone, forget it: npm run gate -- person forget-account kim@contoso.com",
      ko: "할 일이 없습니다. 어떤 방법으로 가입했는지 페이지에서 안내했습니다. 그 계정이 삭제되었다면 기억을 지우세요: npm run gate -- person forget-account kim@contoso.com",
    },
  },
};
