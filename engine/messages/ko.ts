import type { Catalogue } from "./catalogue";

const notAdmitted = "이 계정으로는 가입할 수 없습니다. 액세스 권한이 필요하다면 초대한 담당자에게 문의하세요.";
const unreadable = "가입 요청을 읽을 수 없습니다. 잠시 후 다시 시도하세요.";
const pausedText = "지금은 가입이 일시 중지되었습니다. 나중에 다시 시도하세요.";

export const ko = {
  language: "ko",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "가입하려면 올바른 이메일 주소가 필요합니다. 다른 주소나 계정을 사용하세요.",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "게이트를 점검하기 위한 호출입니다. 이 주소로는 아무도 가입하지 않습니다.",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "이 항목을 입력하세요.",
    "attribute.invalid": "올바른 값이 아닙니다.",
    "gatehouse.unavailable": "지금은 가입을 처리할 수 없습니다. 잠시 후 다시 시도하세요.",
    "gatehouse.blocked": "가입할 수 없습니다.",
  },
  labels: {
    email: "이메일 주소",
    displayName: "표시 이름",
    givenName: "이름",
    surname: "성",
    jobTitle: "직함",
    streetAddress: "도로명 주소",
    city: "구/군/시",
    state: "시/도",
    postalCode: "우편 번호",
    country: "국가/지역",
  },
  blockTitle: "가입할 수 없습니다",
  correctFields: "표시된 항목을 수정하세요.",
  problem: "{attribute}: {problem}",
  reference: "(참조 번호: {reference})",
  tryLater: "잠시 후 다시 시도하세요.",
  fullStop: ".",
} as const satisfies Catalogue;
