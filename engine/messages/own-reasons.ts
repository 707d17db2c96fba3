/** Each reason's meaning and remedy, for operators. */
export type ReasonWords = Readonly<Record<string, { readonly meaning: InConsole; readonly remedy: InConsole }>>;

type InConsole = { readonly en: string; readonly ko: string };

export const ownReasons: ReasonWords = {
  "request.email": {
    meaning: { en: "there is no address, or it cannot be read", ko: "이메일 주소가 없거나 읽을 수 없습니다" },
    remedy: {
      en: "The person has to come with one plain e-mail address. If their provider tells none, list their account or provider, or map a claim to the address.",
      ko: "올바른 이메일 주소 하나로 다시 가입해야 합니다. 공급자가 주소를 보내지 않으면 계정이나 공급자를 목록에 올리거나 주소에 클레임을 매핑하세요.",
    },
  },
  "request.unreadable": {
    meaning: { en: "the request cannot be read", ko: "요청을 읽을 수 없습니다" },
    remedy: {
      en: "Compare the connector or extension in Entra with what is deployed: npm run gate -- entra check.",
      ko: "Entra의 커넥터나 확장이 배포된 내용과 같은지 확인하세요: npm run gate -- entra check",
    },
  },
  "request.step": {
    meaning: { en: "the call belongs to another step's address", ko: "다른 단계의 주소로 보내야 할 호출입니다" },
    remedy: {
      en: "Correct the address of the connector in Entra: npm run gate -- entra check.",
      ko: "Entra에서 커넥터의 주소를 바로잡으세요: npm run gate -- entra check",
    },
  },
  "request.tenant": {
    meaning: { en: "the call and its token name different tenants", ko: "토큰과 다른 테넌트에 관한 호출입니다" },
    remedy: {
      en: "Correct the extension in Entra: npm run gate -- entra check.",
      ko: "Entra에서 확장을 바로잡으세요: npm run gate -- entra check",
    },
  },
  "request.drill": {
    meaning: { en: "a test of the deployment, which lets nobody in", ko: "배포를 점검하는 호출이며 아무도 들여보내지 않습니다" },
    remedy: { en: "Nothing: this was a test.", ko: "점검용 호출이므로 할 일이 없습니다." },
  },
  "attribute.required": {
    meaning: { en: "a field is empty", ko: "비어 있는 항목이 있습니다" },
    remedy: {
      en: "The person has to fill the field in. Their page said so.",
      ko: "신청자가 항목을 채워야 합니다. 가입 화면에 안내되었습니다.",
    },
  },
  "attribute.invalid": {
    meaning: { en: "a value is not valid", ko: "올바르지 않은 값이 있습니다" },
    remedy: {
      en: "The person has to correct the value. Their page said so.",
      ko: "신청자가 값을 고쳐야 합니다. 가입 화면에 안내되었습니다.",
    },
  },
  "gatehouse.unavailable": {
    meaning: { en: "a part of Gatehouse failed", ko: "Gatehouse의 일부가 실패했습니다" },
    remedy: {
      en: "The person may try again. See below what failed; the function's log has more under this code.",
      ko: "다시 시도할 수 있습니다. 실패한 내용은 아래에 있으며, 함수 로그에서 이 코드로 더 찾을 수 있습니다.",
    },
  },
  "gatehouse.blocked": {
    meaning: { en: "a rule refused without giving a reason", ko: "규칙이 이유 없이 거부했습니다" },
    remedy: {
      en: "It is a rule of your own policy: its file shows what it checks.",
      ko: "직접 만든 규칙입니다. 규칙의 파일에서 무엇을 확인하는지 보세요.",
    },
  },
};
