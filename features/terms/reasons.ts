import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "terms.not-accepted": {
    meaning: { en: "the box of the terms is not ticked", ko: "약관 동의 상자를 선택하지 않았습니다" },
    remedy: {
      en: "The person has to tick the box. Their page said so.",
      ko: "신청자가 상자를 선택해야 합니다. 가입 화면에 안내되었습니다.",
    },
  },
  "terms.absent": {
    meaning: {
      en: "the request lacks the box of the terms: it is not ticked, or the user flow does not collect it",
      ko: "요청에 약관 동의 상자가 없습니다. 선택하지 않았거나 사용자 흐름이 특성을 수집하지 않습니다",
    },
    remedy: {
      en: "If everybody is asked again, add the attribute that the policy names (terms) to the user flow, as a checkbox. Otherwise the person has to tick the box.",
      ko: "모든 사람에게 같은 안내가 나오면 정책(terms)의 특성을 사용자 흐름에 확인란으로 추가하세요. 그렇지 않으면 신청자가 상자를 선택해야 합니다.",
    },
  },
};
