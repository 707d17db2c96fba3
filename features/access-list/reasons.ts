import type { ReasonWords } from "../../engine/messages/own-reasons";

/** The reason of the block if a person's entry requires approval, but no rule asks for approval. */
export const NO_APPROVAL = "access-list.no-approval";

export const reasons: ReasonWords = {
  "access-list.denied": {
    meaning: { en: "the list denies", ko: "접근 목록이 거부합니다" },
    remedy: {
      en: "Allow the address itself: it comes before entries for its domain or everyone. Or change the entry that denies.",
      ko: "주소 자체를 허용하세요. 도메인이나 모든 사람에 관한 항목보다 먼저 적용됩니다. 또는 거부하는 항목을 변경하세요.",
    },
  },
  [NO_APPROVAL]: {
    meaning: {
      en: "an entry of the list asks for approval, and no rule of the gate does",
      ko: "접근 목록의 항목이 승인을 요구하지만, 이 게이트의 정책에는 승인을 요청하는 규칙이 없습니다",
    },
    remedy: {
      en: 'Add requestApproval({ when: "approval" }) to before-create-user, or change the entry to allow or deny. Give accessList the same options at both steps.',
      ko: 'before-create-user에 requestApproval({ when: "approval" })를 추가하거나, 항목을 허용 또는 거부로 바꾸세요. 두 단계의 accessList에는 같은 옵션을 쓰세요.',
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
