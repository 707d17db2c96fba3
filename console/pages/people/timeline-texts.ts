import { pageTexts } from "../../texts/languages";

export const timelineTexts = pageTexts(
  {
    title: "Timeline",
    views: { all: "Everything", decisions: "Decisions", changes: "Changes" },
    zone: (zone: string) => `times: ${zone}`,
    today: "Today",
    none: "Nothing is recorded about this person. What they do at a sign-up, and what is changed about them, appears here.",
    gate: (gate: string) => `gate ${gate}`,
    noted: (name: string) => `Note by ${name}`,
    by: (state: string, name: string) => `${state}, by ${name}`,
    change: "Change",
  },
  {
    title: "기록",
    views: { all: "전체", decisions: "결정", changes: "변경" },
    zone: (zone) => `시간대: ${zone}`,
    today: "오늘",
    none: "이 사람에 관한 기록이 없습니다. 가입 시도와 변경 사항이 여기에 표시됩니다.",
    gate: (gate) => `${gate} 게이트`,
    noted: (name) => `${name} 님의 메모`,
    by: (state, name) => `${state}: ${name} 님`,
    change: "변경",
  },
);
