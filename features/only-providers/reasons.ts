import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "provider.not-allowed": {
    meaning: {
      en: "the policy does not name the identity provider that they signed in with",
      ko: "정책에 없는 ID 제공자로 로그인했습니다",
    },
    remedy: {
      en: "Ask the person to sign in in a way that the policy names, or add the provider (onlyProviders).",
      ko: "정책에 있는 방법으로 로그인하도록 안내하거나 정책(onlyProviders)에 제공자를 추가하세요.",
    },
  },
};
