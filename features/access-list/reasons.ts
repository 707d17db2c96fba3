import type { ReasonWords } from "../../engine/messages/reason-words";

export const accessListReasons: ReasonWords = {
  "access-list.denied": {
    meaning: { en: "the list denies", ko: "접근 목록이 거부합니다" },
    remedy: {
      en: "Allow the address itself: it comes before entries for its domain or everyone. Or change the entry that denies.",
      ko: "주소 자체를 허용하세요. 도메인이나 모든 사람에 관한 항목보다 먼저 적용됩니다. 또는 거부하는 항목을 변경하세요.",
    },
  },
  "access-list.unlisted": {
    meaning: { en: "not on the access list", ko: "접근 목록에 이 사람에 해당하는 항목이 없습니다" },
    remedy: {
      en: "Add an entry that allows the address, its domain or the provider.",
      ko: "주소, 도메인 또는 제공자를 허용하는 항목을 추가하세요.",
    },
  },
};
