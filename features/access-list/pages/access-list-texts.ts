import { pageTexts } from "../../../console/texts/languages";
import { mapColumns } from "../entry-columns";
import { effectLabels } from "../filters";

export const accessListTexts = pageTexts({
  title: ["Access list", "접근 목록"],
  done: { same: ["The list has this entry already. Nothing was written.", "이미 같은 항목이 있습니다. 저장된 내용은 없습니다."] },
  searchLabel: ["Entry, or how it begins", "항목 또는 항목의 앞부분"],
  /** On buttons and as titles, about an entry or several. */
  acts: {
    allow: [(what: string) => `Allow ${what}`, (what) => `${what} 허용`],
    approval: [(what: string) => `Have ${what} wait for approval`, (what) => `${what} 승인 대기`],
    deny: [(what: string) => `Deny ${what}`, (what) => `${what} 거부`],
  },
  change: [(entry: string) => `Change ${entry}`, (entry) => `${entry} 변경`],
  show: ["Show", "보기"],
  end: ["the end", "만료"],
  names: {
    entry: ["Entry", "항목"],
    ...effectLabels,
    ...mapColumns(({ label }) => label),
    typed: ["As typed", "입력한 표기"],
    byPartner: ["Kept by the partner", "관리하는 파트너"],
    problem: ["Warnings", "경고"],
  },
  hints: {
    approval: [
      "An approver decides about each of these people. An approval or invitation that they have is enough.",
      "해당하는 사람마다 승인자가 결정합니다. 이미 받은 승인이나 초대가 있으면 들어올 수 있습니다.",
    ],
    allowedUntil: [
      "Until this day, the entry lets people in instead. Such as 2027-01-31.",
      "이날까지는 항목이 사람들을 허용합니다. 예: 2027-01-31",
    ],
    issuer: ["Such as google.com. Empty: everyone.", "예: google.com. 비워 두면 모든 사람입니다."],
    gates: [(names: string) => `Any of these, with spaces: ${names}. Empty: all.`, (names) => `공백으로 구분: ${names}. 비우면 전체.`],
  },
  fixes: {
    badEffect: ["Choose allow, wait for approval or deny.", "허용, 승인 대기, 거부 중에서 선택하세요."],
    badIssuer: ["Write one like google.com, or leave it empty for everyone.", "google.com과 같이 입력하거나, 모든 사람이라면 비워 두세요."],
    badGates: [
      (names: string) => `Write some of these with spaces between, or leave it empty for all: ${names}`,
      (names) => `다음 중에서 공백으로 구분하여 입력하거나, 전체라면 비워 두세요: ${names}`,
    ],
    noEntry: ["Write kim@contoso.com, contoso.com or *.contoso.com.", "kim@contoso.com, contoso.com 또는 *.contoso.com과 같이 입력하세요."],
    entryTooLong: ["Write a shorter one, such as the domain alone.", "도메인만 쓰는 등 더 짧게 입력하세요."],
  },
  void: ["No effect", "효과 없음"],
  noEffect: [(text: string) => `"${text}" (none of allow, approval and deny)`, (text) => `"${text}"(허용, 승인 대기, 거부 중 하나가 아님)`],
  mend: ["Remove this entry, and add the one that is meant.", "이 항목을 삭제하고 올바른 항목을 추가하세요."],
  flawed: ["Has a mistake", "잘못된 내용"],
  asksNobody: ["Asks nobody", "승인 요청 안 됨"],
  tooOpen: ["Too open", "지나치게 넓음"],
  looksLike: [(domain: string) => `Looks like ${domain}`, (domain) => `${domain}와(과) 비슷함`],
  unknownGate: ["Unknown gate", "없는 게이트"],
  add: ["Add an entry", "항목 추가"],
  exportButton: ["Export", "내보내기"],
  proposals: ["Proposals", "제안"],
  views: ["Views of the list", "목록 보기"],
  people: [(days: number) => `People, ${days} days`, (days) => `최근 ${days}일간 인원`],
  inDays: [(count: string, days: number) => ` ${count === "1" ? "person" : "people"} in ${days} days`, (_, days) => `명(${days}일간)`],
  changed: ["Changed", "변경"],
  by: [(name: string) => `by ${name}`, (name) => `${name}`],
  shown: [(most: number, all: string) => `1 to ${most} of ${all}`, (most, all) => `${all}개 중 1–${most}`],
  found: [(count: number) => (count === 1 ? "1 entry" : `${count} entries`), (count) => `항목 ${count}개`],
  outside: ["outside Gatehouse", "Gatehouse 밖에서"],
  imported: ["Import", "가져오기"],
  unused: ["Unused", "미사용"],
  noneUnused: [
    (days: number) => `None: all were used or changed in ${days} days.`,
    (days) => `모두 ${days}일 안에 적용되거나 변경되었습니다.`,
  ],
  unusedHint: [(days: number) => `Allows unused and unchanged for ${days} days.`, (days) => `${days}일간 적용도 변경도 없는 허용입니다.`],
  useUncounted: ["Use is not counted yet: each of them may have been used.", "적용 횟수를 아직 세지 않아 이미 적용되었을 수 있습니다."],
  useSince: [(day: string) => `Use is counted since ${day}.`, (day) => `${day}부터 적용 횟수를 셉니다.`],
  useYoung: [
    (since: string, known: string) =>
      `Use is counted only since ${since}: before ${known}, an entry shown here may have been used before that.`,
    (since, known) => `${since}부터만 적용 횟수를 세었습니다. ${known}까지는 그 전에 적용된 항목이 있을 수 있습니다.`,
  ],
  all: ["All", "전체"],
  expiring: ["Expiring", "만료 예정"],
  warnings: ["Warnings", "경고"],
  domain: ["Everything about this domain", "이 도메인에 관한 모든 내용"],
  everything: ["Everything about this person", "이 사람에 관한 모든 내용"],
  known: ["I know this domain…", "아는 도메인입니다…"],
  leave: ["Back", "뒤로"],
});

export const proposalTexts = pageTexts({
  named: [(what: string) => `Proposal: ${what}`, (what) => `제안: ${what}`],
  title: ["Proposed edits", "제안된 변경"],
  hint: [
    (days: number) =>
      `Edits that let in or shut out many people wait here up to ${days} days for a second administrator. Nothing is written until then.`,
    (days) =>
      `많은 사람을 들이거나 막는 변경은 두 번째 관리자가 승인할 때까지 ${days}일 동안 여기에서 기다립니다. 그때까지 아무것도 저장되지 않습니다.`,
  ],
  waits: [(day: string) => `waits for a second administrator until ${day}`, (day) => `${day}까지 두 번째 관리자를 기다립니다`],
  none: ["Nothing is proposed.", "제안된 변경이 없습니다."],
  what: ["What", "내용"],
  who: ["Proposed by", "제안한 사람"],
  settled: ["Decided by", "결정한 사람"],
  states: {
    confirmed: ["confirmed", "승인됨"],
    rejected: ["rejected", "거절됨"],
    expired: ["expired", "만료됨"],
  },
  done: {
    proposed: ["Proposed. Nothing is written until another administrator confirms it.", "제안했습니다. 다른 관리자가 승인해야 저장됩니다."],
    confirmed: ["The edit was confirmed and written.", "변경이 승인되어 저장되었습니다."],
    rejected: ["The proposal was rejected. Nothing was written.", "제안이 거절되었습니다. 저장된 내용은 없습니다."],
  },
  unwritten: [
    "It was confirmed, but nothing of it was written, or its record is no longer kept. If you still want the edit, make it again.",
    "승인되었지만 저장된 내용이 없거나 기록을 더 이상 보관하지 않습니다. 여전히 필요하면 변경을 다시 하세요.",
  ],
  confirm: ["Confirm and write", "승인하고 저장"],
  reject: ["Reject", "거절"],
  gone: ["There is no such proposal.", "해당 제안이 없거나 더 이상 없습니다."],
  button: ["Propose it to a second administrator", "두 번째 관리자에게 제안"],
  buttonHint: ["This needs a second administrator. Nothing is written until then.", "두 번째 관리자가 승인할 때까지 저장되지 않습니다."],
});
