import type { ReasonWords } from "../../engine/messages/reason-words";

export const accessListReasons: ReasonWords = {
  "access-list.denied": {
    meaning: { en: "the list denies", ko: "접근 목록이 거부합니다" },
    remedy: {
      en: "Change or remove the entry that denies, or allow the address itself: that comes closer than a domain, a wildcard or everyone. It counts at the next sign-up.",
      ko: "거부하는 항목을 변경하거나 삭제하세요. 또는 주소 자체를 허용하세요. 주소는 도메인, 와일드카드, 모든 사람보다 가까운 항목입니다. 다음 가입부터 적용됩니다.",
    },
  },
  "access-list.unlisted": {
    meaning: { en: "not on the access list", ko: "접근 목록에 이 사람에 해당하는 항목이 없습니다" },
    remedy: {
      en: "Add an entry that allows the address, its domain or the provider. It counts at the next sign-up.",
      ko: "주소, 도메인 또는 제공자를 허용하는 항목을 추가하세요. 다음 가입부터 적용됩니다.",
    },
  },
};
