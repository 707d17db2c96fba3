import { pageTexts } from "../../texts/languages";

export const invitationsTexts = pageTexts({
  invite: ["Invite people", "초대하기"],
  addresses: ["Addresses", "주소"],
  addressesHint: [
    (most: number) => `One a line, or with commas between them: ${most} at most. For more, use the command with a file.`,
    (most) => `한 줄에 하나씩 또는 쉼표로 구분하여 최대 ${most}개까지 입력합니다. 더 많으면 파일과 명령을 사용하세요.`,
  ],
  days: ["Good for how many days", "유효 기간(일)"],
  sponsor: ["Sponsor", "담당자"],
  sponsorHint: [
    "The address of the colleague who answers for them. May be empty.",
    "초대받은 사람을 책임지는 동료의 주소입니다. 비워 둘 수 있습니다.",
  ],
  language: ["Language of the mail", "메일 언어"],
  note: ["Note", "메모"],
  noteHint: ["For colleagues. May be empty.", "동료를 위한 메모입니다. 비워 둘 수 있습니다."],
  send: ["Send invitations", "초대 보내기"],
  noAddress: [(line: string) => `“${line}” is not one e-mail address.`, (line) => `“${line}”은(는) 이메일 주소가 아닙니다.`],
  nobody: ["Write at least one address.", "주소를 하나 이상 입력하세요."],
  tooMany: [(most: number) => `These are more than ${most} addresses.`, (most) => `주소가 ${most}개를 넘습니다.`],
  badDays: [(most: number) => `Write a number of days from 1 to ${most}.`, (most) => `1부터 ${most}까지의 일수를 입력하세요.`],
  badSponsor: ["The sponsor is not an e-mail address.", "담당자 주소가 올바르지 않습니다."],
  ownAddress: [
    (email: string) => `Nobody invites themselves: ${email}. Ask a colleague.`,
    (email: string) => `본인을 초대할 수는 없습니다: ${email}. 동료에게 요청하세요.`,
  ],
  ownSponsor: [
    (email: string) => `Nobody can be their own sponsor: ${email}`,
    (email: string) => `초대받는 사람은 자신의 담당자가 될 수 없습니다: ${email}`,
  ],
  already: ["Has an open invitation already", "이미 유효한 초대가 있습니다"],
  notDone: ["Not done", "처리하지 않음"],
  back: ["Back to people", "사람 목록으로"],
});
