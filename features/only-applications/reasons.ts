import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "application.not-allowed": {
    meaning: { en: "the policy does not name their application", ko: "정책에 없는 애플리케이션으로 가입하려 했습니다" },
    remedy: {
      en: "Name the application in the policy (onlyApplications), or send the person to the one they should use.",
      ko: "정책(onlyApplications)에 애플리케이션을 추가하거나 올바른 애플리케이션을 안내하세요.",
    },
  },
};
