import { pageTexts } from "../../texts/languages";

export const whyTexts = pageTexts(
  {
    why: "Why",
    rule: (rule: string, said: string) => `The rule ${rule} ${said}`,
    nobody: "No rule stopped it.",
    helps: "What would let them in",
    onlyEntry:
      "Change or remove the entry that denies: it stands before whatever the list says of the address. It counts at the next sign-up.",
    ownRule: "This reason is one of your own policy: the rule's file says what it looks for.",
    entryNow: (entry: string) => `${entry} today:`,
    entryGone: "no longer in the list",
    now: "What the list would say now",
    whatIf: "What would happen now",
    person: "Everything about this person",
    allow: (day: string) => `Allow this person until ${day}…`,
    requests: "Requests for approval of this address",
    simulator: "Open this person in the simulator",
  },
  {
    why: "이유",
    rule: (rule, said) => `${rule} 규칙이 ${said}`,
    nobody: "막은 규칙이 없습니다.",
    helps: "통과하려면",
    onlyEntry: "거부하는 항목을 변경하거나 삭제하세요. 주소에 관한 어떤 항목보다 먼저 적용됩니다. 다음 가입부터 적용됩니다.",
    ownRule: "정책에서 직접 만든 이유입니다. 규칙의 파일에서 무엇을 확인하는지 보세요.",
    entryNow: (entry) => `현재 ${entry} 항목:`,
    entryGone: "목록에 없음",
    now: "현재 목록의 판단",
    whatIf: "지금 가입하면",
    person: "이 사람에 관한 모든 내용",
    allow: (day) => `${day}까지 이 사람 허용…`,
    requests: "이 주소의 승인 요청",
    simulator: "시뮬레이터에서 이 사람 열기",
  },
);
