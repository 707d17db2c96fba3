import { pageTexts } from "./languages";

export const taskTexts = pageTexts({
  handling: ["Owner and notes", "담당자와 메모"],
  owner: ["Owner", "담당자"],
  nobody: ["Nobody yet", "아직 없음"],
  assign: ["Assign to me", "내가 담당"],
  assignTo: ["Assign…", "담당자 지정…"],
  release: ["Release", "담당 해제"],
  snoozedUntil: ["Snoozed until", "다시 알림"],
  snooze: ["Snooze…", "나중에 다시 알림…"],
  wake: ["Show again", "지금 다시 표시"],
  snoozes: {
    hours: ["For 4 hours", "4시간 뒤"],
    tomorrow: ["Until tomorrow, 9:00", "내일 9시"],
    week: ["Until Monday, 9:00", "다음 월요일 9시"],
  },
  notes: ["Notes", "메모"],
  noNotes: ["No notes yet.", "아직 메모가 없습니다."],
  addNote: ["Add note", "메모 추가"],
  noteHint: ["@name or @Approver asks them to look", "@이름이나 역할을 적으면 확인 요청"],
  changed: ["A colleague was quicker. Nothing was saved: look again.", "동료가 먼저 변경했습니다. 저장된 내용은 없습니다."],
  gone: ["This can no longer be done or undone. Nothing was changed.", "더 이상 처리하거나 취소할 수 없습니다. 변경된 내용은 없습니다."],
  title: ["Nothing was changed", "변경된 내용이 없습니다"],
});
