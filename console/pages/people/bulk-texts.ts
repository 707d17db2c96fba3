import { pageTexts } from "../../texts/languages";
import type { LifeVerb } from "./life-verbs";

/** What is done to several people at once. */
export const bulkTexts = pageTexts(
  {
    verbs: { resend: "Send again…", extend: "Extend…", transfer: "Transfer…", revoke: "Revoke…", "let-in": "Let in…" } as Record<
      LifeVerb,
      string
    >,
    sure: {
      resend: (count: number) => `Send ${people(count, "invitation")} again`,
      extend: (count: number) => `Extend ${people(count, "invitation")}`,
      transfer: (count: number) => `Transfer ${people(count, "invitation")}`,
      revoke: (count: number) => `Revoke ${people(count, "invitation")}`,
      "let-in": (count: number) => `Let in ${people(count, "person", "people")}`,
    } as Record<LifeVerb, (count: number) => string>,
    follows: {
      resend: "Each person gets a mail with another code; the code before stops working.",
      extend: "The codes stay the same, and nobody gets mail.",
      transfer: "The invitation of this address ends. The other address gets a mail with a code of its own, good until the same day.",
      revoke: "The codes stop working at once, and nobody gets mail.",
      "let-in": "Those who have waited longest. They get the mail about an approval.",
    } as Record<LifeVerb, string>,
    days: { resend: "For how many days from today", extend: "For how many days from today" } as Partial<Record<LifeVerb, string>>,
    to: "To which address",
    reason: "Reason",
    reasonHint: "Colleagues see it in the history and under Changes.",
    noReason: "Write why.",
    badDays: (most: number) => `Write a number of days from 1 to ${most}.`,
    badCount: (most: number) => `Write a number from 1 to ${most}.`,
    badAddress: "Write one e-mail address.",
    nobody: "Select at least one person. Nothing was done.",
    nobodyWaits: "Nobody is on the waiting list.",
    tooMany: (most: number) => `At most ${most} people can be changed at once.`,
    notDone: "Not done",
    cancel: "Cancel",
    back: "Back to people",
    results: (done: number, refused: number) => (refused === 0 ? `Done: ${done}` : `Done: ${done}. Not done: ${refused}.`),
    result: "What came of it",
    until: "Until",
    isDone: "Done",
    keepCodes: "Each mail has its code. The codes are shown once: copy them now if you hand them out yourself.",
    onlyOne: "Select the one invitation that somebody else is to get.",
    notTransferred: {
      same: "It is the address that is invited already.",
      "not-open": "Only an open invitation can go to somebody else.",
      invited: "That address has an open invitation already: revoke one of the two instead.",
    },
    stale: "It was changed after you opened the page. Look at it again.",
  },
  {
    verbs: { resend: "다시 보내기…", extend: "연장…", transfer: "이전…", revoke: "취소…", "let-in": "허용…" },
    sure: {
      resend: (count) => `초대 ${count}건 다시 보내기`,
      extend: (count) => `초대 ${count}건 연장`,
      transfer: (count) => `초대 ${count}건 이전`,
      revoke: (count) => `초대 ${count}건 취소`,
      "let-in": (count) => `${count}명 허용`,
    },
    follows: {
      resend: "각자 새 코드가 든 메일을 받으며 이전 코드는 더 이상 사용할 수 없습니다.",
      extend: "코드는 그대로이며 메일은 보내지 않습니다.",
      transfer: "이 주소의 초대는 끝납니다. 새 주소는 같은 날까지 유효한 코드를 메일로 받습니다.",
      revoke: "코드는 즉시 사용할 수 없게 되며 메일은 보내지 않습니다.",
      "let-in": "가장 오래 기다린 사람부터 허용합니다. 승인 메일을 받습니다.",
    },
    days: { resend: "오늘부터 며칠 동안", extend: "오늘부터 며칠 동안" },
    to: "받을 주소",
    reason: "사유",
    reasonHint: "동료가 기록과 변경 내역에서 볼 수 있습니다.",
    noReason: "사유를 입력하세요.",
    badDays: (most) => `1부터 ${most}까지의 일수를 입력하세요.`,
    badCount: (most) => `1부터 ${most}까지의 수를 입력하세요.`,
    badAddress: "이메일 주소를 하나 입력하세요.",
    nobody: "사람을 하나 이상 선택하세요. 아무것도 변경하지 않았습니다.",
    nobodyWaits: "대기자 명단에 사람이 없습니다.",
    tooMany: (most) => `한 번에 ${most}명까지 변경할 수 있습니다.`,
    notDone: "처리하지 않음",
    cancel: "취소",
    back: "사람 목록으로",
    results: (done, refused) => (refused === 0 ? `처리됨: ${done}` : `처리됨: ${done}, 처리하지 않음: ${refused}`),
    result: "결과",
    until: "기한",
    isDone: "처리됨",
    keepCodes: "메일마다 코드가 들어 있습니다. 코드는 지금만 표시됩니다. 직접 전달하려면 복사해 두세요.",
    onlyOne: "다른 사람에게 넘길 초대를 하나만 선택하세요.",
    notTransferred: {
      same: "이미 초대된 주소입니다.",
      "not-open": "유효한 초대만 다른 사람에게 넘길 수 있습니다.",
      invited: "그 주소에는 이미 유효한 초대가 있습니다. 둘 중 하나를 취소하세요.",
    },
    stale: "페이지를 연 뒤에 변경되었습니다. 다시 확인하세요.",
  },
);

function people(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
