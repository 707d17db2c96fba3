import { pageTexts } from "../../../console/texts/languages";

export const bulkTexts = pageTexts({
  verbs: {
    resend: ["Send again", "다시 보내기"],
    extend: ["Extend invitation", "초대 기한 연장"],
    revoke: ["Revoke", "취소"],
    "extend-access": ["Extend access", "이용 기한 연장"],
    sponsor: ["Change sponsor", "담당자 변경"],
    "end-access": ["End now", "지금 종료"],
  },
  follows: {
    resend: ["A mail with a new code is sent; the old code stops working.", "새 코드를 메일로 보내며 이전 코드는 쓸 수 없게 됩니다."],
    extend: ["The code stays the same, and no mail is sent.", "코드는 그대로이며 메일은 보내지 않습니다."],
    revoke: [
      "The code stops working at once, and no mail is sent. The account of somebody who has come already stays.",
      "코드는 즉시 사용할 수 없게 되며 메일은 보내지 않습니다. 이미 가입한 사람의 계정은 그대로 남습니다.",
    ],
    "extend-access": ["A disabled account is enabled again within the hour.", "비활성화된 계정은 한 시간 안에 다시 활성화됩니다."],
    sponsor: ["The sponsor answers for them, gets mail of the end and may renew.", "담당자는 책임을 지고 종료 메일을 받으며 연장합니다."],
    "end-access": [
      "Sign-in may work for up to an hour: then the account is disabled in Entra.",
      "최대 한 시간 동안은 로그인될 수 있으며, 그 뒤 Entra 계정이 비활성화됩니다.",
    ],
  },
  denied: [
    "The access list denies these people, by these entries. A deny ends nobody's access: with a later end they stay in.",
    "접근 목록의 아래 항목이 이 사람들을 거부합니다. 거부는 이용을 종료하지 않으므로 기한을 연장하면 계속 이용합니다.",
  ],
  manyEnd: [
    "If many end at once, their accounts are disabled once somebody confirms it: the inbox asks.",
    "한 번에 많이 종료하면 누군가 확인한 뒤에 비활성화됩니다. 할 일 화면에서 묻습니다.",
  ],
  forDays: ["For how many days from today", "오늘부터 며칠 동안"],
  byDays: ["By how many days", "연장할 일수"],
  newEnd: [(days: number) => `${days} days later`, (days) => `${days}일 연장`],
  newEndOf: [(days: number, day: string) => `With ${days} days, until ${day}.`, (days, day) => `${days}일이면 ${day}까지입니다.`],
  to: ["The new sponsor's address", "새 담당자의 주소"],
  reason: ["Reason (optional)", "사유(선택)"],
  why: ["Reason (required)", "사유(필수)"],
  noReason: ["Write why.", "사유를 입력하세요."],
  nobody: ["Select at least one person. Nothing was done.", "사람을 하나 이상 선택하세요. 아무것도 변경하지 않았습니다."],
  tooMany: [(most: number) => `At most ${most} people can be changed at once.`, (most) => `한 번에 ${most}명까지 변경할 수 있습니다.`],
  accessWhy: {
    unknown: ["No account with access is known, so there is no access to change.", "이용 중인 계정이 없어 변경할 내용이 없습니다."],
    ended: ["The account was deleted.", "계정이 삭제되었습니다."],
    disabled: ["The account is disabled already.", "계정이 이미 비활성화되었습니다."],
    endless: ["Access has no end.", "이용 기한이 없습니다."],
    unset: [
      "No end is set yet: the policy's end is set within the hour.",
      "종료일이 아직 없습니다. 정책의 종료일은 한 시간 안에 정해집니다.",
    ],
    "no-later": ["The new end would not be later than the present one.", "종료일이 지금보다 늦지 않습니다."],
    already: ["It is so already.", "이미 그렇게 되어 있습니다."],
    "own-sponsor": ["Nobody can be their own sponsor.", "자신의 담당자가 될 수 없습니다."],
  },
});
