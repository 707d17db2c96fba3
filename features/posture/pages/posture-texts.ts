import { pageTexts } from "../../../console/texts/languages";

export const postureTexts = pageTexts({
  title: ["Gates", "게이트"],
  hint: [
    "How each gate is set. A change counts at the next sign-up, and ends by itself.",
    "각 게이트의 상태입니다. 변경하면 다음 가입부터 적용되고, 정해진 시간이 지나면 저절로 열립니다.",
  ],
  caption: ["Gates and how they are set", "게이트와 상태"],
  gate: ["Gate", "게이트"],
  state: ["Set to", "상태"],
  by: ["By", "설정한 사람"],
  until: ["Until", "종료"],
  reason: ["Reason", "이유"],
  changeOf: [(gate: string) => `Set the gate ${gate}`, (gate) => `${gate} 게이트 설정`],
  states: {
    open: ["Open", "열림"],
    approval: ["Approval", "승인 필요"],
    listed: ["Listed only", "목록만"],
    closed: ["Closed", "닫힘"],
  },
  means: {
    open: ["everyone the policy lets in", "정책이 허용하는 모든 사람"],
    approval: ["people that no entry of the list allows go to an approver", "목록이 허용하지 않은 사람은 승인자에게 보냅니다"],
    listed: ["only people that an entry of the list allows", "목록이 허용한 사람만"],
    closed: ["nobody gets in", "아무도 들어올 수 없습니다"],
  },
  noApproval: [
    "This gate's policy asks nobody for approval: approval acts as listed only.",
    "이 게이트의 정책에는 승인이 없으므로 승인 필요는 목록만과 같습니다.",
  ],
  forever: ["Until somebody changes it", "누군가 변경할 때까지"],
  scheduled: [(from: string, until: string) => `Scheduled: from ${from} until ${until}`, (from, until) => `예약: ${from}부터 ${until}까지`],
  unreadable: [
    "Its row cannot be read, so the gate acts as listed. Set it again to correct it.",
    "행을 읽을 수 없어 목록만 허용합니다. 다시 설정하면 바로잡힙니다.",
  ],
  reasonHint: [
    "Your colleagues see it on every page, and in each decision. People who sign up do not.",
    "모든 페이지와 각 결정에서 동료가 볼 수 있습니다. 가입하는 사람에게는 보이지 않습니다.",
  ],
  from: ["From", "시작"],
  fromHint: ["Empty: now.", "비워 두면 지금입니다."],
  untilHint: ["Empty: 4 hours after it begins.", "비워 두면 시작하고 4시간 뒤입니다."],
  type: [(word: string) => `Type ${word} to confirm`, (word) => `확인하려면 ${word} 입력`],
  mistyped: [
    (word: string) => `That does not match ${word}. Nothing was changed.`,
    (word) => `${word}이(가) 아닙니다. 변경된 내용은 없습니다.`,
  ],
  save: ["Set the gate", "게이트 설정"],
  cannot: ["The gate was not set", "게이트를 설정하지 못했습니다"],
  replaces: ["This replaces what is set or scheduled now.", "현재 설정과 예약을 대신합니다."],
  done: {
    set: ["The gate was set.", "게이트를 설정했습니다."],
  },
  conflict: [
    "Somebody else has set this gate in the meantime. Nothing was changed: look at it, then repeat.",
    "그사이 다른 사람이 이 게이트를 설정했습니다. 변경된 내용은 없습니다. 확인한 뒤 다시 시도하세요.",
  ],
  noMoment: ["Write a date and a time.", "날짜와 시각을 입력하세요."],
  flaws: {
    "no-reason": ["Write why.", "이유를 입력하세요."],
    "long-reason": ["The reason is too long: 300 characters at most.", "이유가 너무 깁니다. 300자까지 가능합니다."],
    "until-past": ["It would be over already: choose a time to come.", "이미 지난 시각입니다. 앞으로의 시각을 선택하세요."],
    "until-before-from": ["It would end before it begins.", "시작하기 전에 끝납니다."],
    "open-has-no-time": [
      "An open gate has no beginning and no end: leave both empty.",
      "열린 게이트에는 시작과 종료가 없습니다. 둘 다 비워 두세요.",
    ],
  },
  onlyAdministrators: ["Administrators set gates.", "게이트는 관리자가 설정합니다."],
  banner: [(gate: string, state: string) => `${gate} is not open: ${state}.`, (gate, state) => `${gate} 상태: ${state}.`],
  theGate: ["The gate", "게이트"],
  setBy: [(by: string) => `Set by ${by}`, (by) => `설정한 사람: ${by}`],
  ends: [(until: string) => `until ${until}`, (until) => `${until}까지`],
  openNow: ["Open now", "지금 열기"],
  look: ["Show", "보기"],
});
