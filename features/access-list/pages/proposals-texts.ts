import { pageTexts } from "../../../console/texts/languages";

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
