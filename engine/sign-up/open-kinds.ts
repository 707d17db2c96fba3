const enOpen = {
  approval: "depends on an approver",
  outside: "depends on another system's answer",
  used: "depends on a limit, or on how often a code was used",
  account: "depends on the entry of a single account",
  form: "depends on what they type",
  failure: "a part of Gatehouse failed then",
} as const;

/** Why an outcome is unknown to a replay. */
export type OpenKind = keyof typeof enOpen;

const koOpen: Readonly<Record<OpenKind, string>> = {
  approval: "승인자의 결정에 따라 다름",
  outside: "다른 시스템의 응답에 따라 다름",
  used: "한도나 코드 사용 횟수에 따라 다름",
  account: "개별 계정의 항목에 따라 다름",
  form: "입력하는 내용에 따라 다름",
  failure: "당시 Gatehouse 일부에 장애가 있었음",
};

export const openWords = { en: enOpen, ko: koOpen } as const;
