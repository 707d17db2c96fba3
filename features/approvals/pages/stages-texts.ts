import { pageTexts } from "../../../console/texts/languages";

export const stagesTexts = pageTexts({
  stages: ["Stages", "승인 단계"],
  asked: ["Asked", "신청"],
  operator: ["an operator", "운영자"],
  you: ["you", "나"],
  roles: {
    Administrator: ["Administrators", "관리자"],
    Approver: ["Approvers", "승인자"],
    Reader: ["Readers", "조회자"],
  },
  group: [(id: string) => `group ${id}`, (id) => `그룹 ${id}`],
  votes: [
    (votes: number, need: number) => `${votes} of ${need} ${need === 1 ? "approval" : "approvals"}`,
    (votes, need) => `승인 ${need}건 중 ${votes}건`,
  ],
  later: ["not asked yet", "아직 요청 전"],
  denied: ["denied", "거부됨"],
  ended: ["not decided", "결정되지 않음"],
  askedNow: ["Asked now", "현재 결정할 사람"],
  escalates: ["Also asked from", "추가 요청 시각"],
  vote: ["Approved by", "승인한 사람"],
  for: [(address: string) => `for ${address}`, (address) => `${address} 대리`],
  remind: ["Remind", "알림 보내기"],
  reassign: ["Ask others…", "다른 사람에게 요청…"],
  reassignTo: ["Who decides instead", "대신 결정할 사람"],
  reassignHint: [
    "Addresses, or app roles as role:Security, with commas between them. Name neither people who have approved the request nor the person who made it.",
    "주소 또는 role:Security와 같은 앱 역할을 쉼표로 구분하여 입력합니다. 이미 승인한 사람과 신청자 본인은 지정할 수 없습니다.",
  ],
  reassignButton: ["Ask these", "이 사람들에게 요청"],
  nobodyTyped: [
    "Write e-mail addresses, or role:NAME, with commas between them.",
    "이메일 주소 또는 role:이름을 쉼표로 구분하여 입력하세요.",
  ],
  tooManyTyped: [(most: number) => `Name ${most} approvers at most.`, (most) => `결정할 사람은 최대 ${most}명까지 지정할 수 있습니다.`],
  groupMeant: [
    (id: string) => `“${id}”: write group:${id} for an Entra group.`,
    (id) => `“${id}”: Entra 그룹이라면 group:${id}로 입력하세요.`,
  ],
  badApprover: [
    (text: string) => `“${text}”: write an app role like role:Security, or an Entra group as group: and its object id.`,
    (text) => `“${text}”: 앱 역할은 role:Security, Entra 그룹은 group: 뒤에 개체 ID로 입력하세요.`,
  ],
  did: {
    reminded: ["They are reminded.", "알림을 보냅니다."],
    reassigned: ["You asked others to decide.", "다른 사람에게 결정을 요청했습니다."],
  },
  next: [(who: string) => `Next to decide: ${who}`, (who) => `다음 결정: ${who}`],
  missing: [(count: number) => `Approvals missing at this stage: ${count}`, (count) => `이 단계에 승인 ${count}건이 더 필요합니다`],
  notAsked: [
    "It's somebody else's turn to decide. If they can't, ask others.",
    "지금은 다른 사람이 결정할 차례입니다. 결정할 수 없으면 다른 사람에게 요청하세요.",
  ],
  what: {
    voted: ["Approved", "승인"],
    passed: ["Approved", "승인"],
    withdrawn: ["Approval taken back", "승인 취소"],
    escalated: ["Also asked", "추가로 요청"],
    reassigned: ["Asked instead", "다른 사람에게 요청"],
    reminded: ["Reminded", "알림"],
  },
  asksYou: ["Asks you", "내 결정 대기"],
});
