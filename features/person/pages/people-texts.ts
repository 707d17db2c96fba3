import { pageTexts } from "../../../console/texts/languages";

export const peopleTexts = pageTexts({
  notFound: ["This is neither a single e-mail address nor an account.", "이메일 주소나 계정이 아닙니다."],
  addresses: ["Addresses used", "사용한 주소"],
  unproven: [
    "This provider does not verify addresses, so what the account did under other addresses is not shown here. The link shows it.",
    "주소를 증명하지 않는 제공자입니다. 이 계정이 다른 주소로 남긴 내용은 여기에 없습니다. 링크에서 확인하세요.",
  ],
  path: ["Where this is", "현재 위치"],
  who: ["Who", "인적 사항"],
  language: ["Languages", "언어"],
  allowLink: ["Let in until…", "기한을 정해 허용…"],
  denyLink: ["Deny…", "거부…"],
  waits: ["Waiting for approval", "승인 대기 중"],
  byAddress: [
    (issuers: string) => `Nobody has signed up with this address yet. With ${issuers}:`,
    (issuers) => `이 주소로 가입한 사람이 아직 없습니다. ${issuers} 계정으로 로그인하면:`,
  ],
  allDecisions: ["All decisions", "모든 결정"],
  allRequests: ["All requests", "모든 요청"],
  open: ["Open person", "사람 열기"],
  done: {
    same: ["The entry said that already. Nothing was written.", "이미 같은 항목이 있습니다. 아무것도 쓰지 않았습니다."],
  },
  personalData: ["What is stored about this person", "이 사람에 관해 저장된 내용"],
  exportLink: ["Export", "내보내기"],
  exportWords: {
    title: ["Export a person's data", "개인 데이터 내보내기"],
    intro: [
      "Everything that is kept about them, for them or for a program to read.",
      "이 사람에 관해 보관된 모든 내용이며, 본인에게 전달하거나 프로그램으로 읽을 수 있습니다.",
    ],
    none: ["Nothing is kept about this person.", "이 사람에 관해 보관된 내용이 없습니다."],
  },
  eraseLink: ["Erase…", "삭제…"],
});

export const bulkTexts = pageTexts({
  verbs: {
    resend: ["Send again", "다시 보내기"],
    correct: ["Correct address", "주소 수정"],
    extend: ["Extend invitation", "초대 기한 연장"],
    revoke: ["Revoke", "취소"],
    "extend-access": ["Extend access", "이용 기한 연장"],
    sponsor: ["Change sponsor", "담당자 변경"],
    "end-access": ["End now", "지금 종료"],
  },
  follows: {
    resend: ["A mail with a new code is sent; the old code stops working.", "새 코드를 메일로 보내며 이전 코드는 쓸 수 없게 됩니다."],
    correct: [
      "This invitation is revoked, and one with the same end and a new code goes to the right address. An invitation that was used stays. A mail that was sent can't be undone: if this address is wrong too, correct or revoke its invitation.",
      "이 초대를 취소하고 같은 종료일과 새 코드로 올바른 주소에 초대를 보냅니다. 사용된 초대는 그대로입니다. 보낸 메일은 되돌릴 수 없습니다. 이 주소도 틀렸다면 그 초대를 다시 수정하거나 취소하세요.",
    ],
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
  forDays: ["For how many days from today", "오늘부터 며칠 동안"],
  byDays: ["By how many days", "연장할 일수"],
  newEnd: [(days: number) => `${days} days later`, (days) => `${days}일 연장`],
  newEndOf: [(days: number, day: string) => `With ${days} days, until ${day}.`, (days, day) => `${days}일이면 ${day}까지입니다.`],
  to: ["The new sponsor's address", "새 담당자의 주소"],
  right: ["The right address", "올바른 주소"],
  reason: ["Reason (optional)", "사유(선택)"],
  why: ["Reason (required)", "사유(필수)"],
  noReason: ["Write why.", "사유를 입력하세요."],
  nobody: ["Select at least one person. Nothing was done.", "사람을 하나 이상 선택하세요. 아무것도 변경하지 않았습니다."],
  tooMany: [(most: number) => `At most ${most} people can be changed at once.`, (most) => `한 번에 ${most}명까지 변경할 수 있습니다.`],
});
