import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "value.not-permitted": {
    meaning: { en: "a value is not permitted", ko: "허용된 값이 아닙니다" },
    remedy: {
      en: "Tell the person a valid value, or add theirs to the reference data.",
      ko: "올바른 값을 알려 주거나 기준 데이터에 값을 추가하세요.",
    },
  },
  "code.used-up": {
    meaning: { en: "the code was used as often as it allows", ko: "코드가 이미 모두 사용되었습니다" },
    remedy: {
      en: "Give the person another code, or free this one on its page in the reference data.",
      ko: "다른 코드를 주거나 기준 데이터의 코드 페이지에서 사용을 해제하세요.",
    },
  },
  "code.too-many-guesses": {
    meaning: { en: "the person tried too many values today", ko: "오늘 너무 많은 값을 시도했습니다" },
    remedy: {
      en: "The person may try again tomorrow. Tell them the right value meanwhile.",
      ko: "내일 다시 시도할 수 있습니다. 그동안 올바른 값을 알려 주세요.",
    },
  },
};
