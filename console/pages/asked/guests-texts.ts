import { pageTexts } from "../../texts/languages";

/** What sponsors read about the people they answer for. */
export const guestsTexts = pageTexts({
  title: ["Guests you answer for", "내가 담당하는 게스트"],
  what: [
    "Their access ends soon, or their account is disabled. Renew it if they still need it.",
    "이용 기한이 곧 끝나거나 계정이 비활성화된 게스트입니다. 계속 필요하면 갱신하세요.",
  ],
  none: ["No access of your guests ends soon.", "곧 이용 기한이 끝나는 게스트가 없습니다."],
  cut: [
    (most: number) => `These are among the ${most} guests of yours whose access ends first; there are more.`,
    (most) => `담당하는 게스트가 더 있습니다. 이용 기한이 먼저 끝나는 ${most}명 중에서 표시했습니다.`,
  ],
  unanswered: ["Not answered", "답변 안 함"],
  letEnd: ["You let it end", "종료하기로 함"],
  answer: ["Your answer", "내 답변"],
  since: ["Let in", "허용된 날"],
  renew: [(day: string) => `Renew until ${day}`, (day) => `${day}까지 갱신`],
  renews: [
    (days: number) => `A renewal gives ${days} days more, counted from the end, or from today if that has passed.`,
    (days) => `갱신하면 종료일부터 ${days}일 늘어납니다. 종료일이 지났으면 오늘부터 계산합니다.`,
  ],
  enabled: ["A disabled account is enabled within the hour.", "비활성화된 계정은 한 시간 안에 다시 활성화됩니다."],
  let: ["Let it end", "종료되도록 두기"],
  lets: [
    "If you let it end, access ends on its day, and you get no more mail about it. Until then you can still renew.",
    "종료되도록 두면 종료일에 이용이 끝나며 관련 메일을 더 이상 받지 않습니다. 그 전에는 언제든지 갱신할 수 있습니다.",
  ],
  reason: ["Reason (optional)", "사유(선택)"],
  reasonHint: ["Operators see it in the person's history.", "운영자가 이 사람의 기록에서 볼 수 있습니다."],
  did: {
    renew: ["You renewed the access.", "이용 기한을 갱신했습니다."],
    "let-end": ["You let the access end.", "이용이 종료되도록 두었습니다."],
  },
  gone: [
    "You answer for no such guest whose access ends soon, or it was answered meanwhile.",
    "곧 종료되는 담당 게스트가 아니거나 그 사이에 처리되었습니다.",
  ],
  stale: ["It was changed after you opened the page. Look at it again.", "페이지를 연 뒤에 변경되었습니다. 다시 확인하세요."],
  notDone: ["This was not done", "처리하지 않았습니다"],
  back: ["Back to the list", "목록으로"],
});
