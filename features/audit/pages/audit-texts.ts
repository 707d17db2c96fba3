import { pageTexts, persons } from "../../../console/texts/languages";

export const auditTexts = pageTexts({
  endSession: ["End session", "세션 종료"],
  endSessionOf: [(name: string) => `End session: ${name}`, (name) => `세션 종료: ${name}`],
  noSession: ["This session has ended already.", "이미 끝난 세션입니다."],
  since: [(day: string) => `Changes since ${day}`, (day) => `${day} 이후 변경 내역`],
  signInsSince: [(day: string) => `Sign-ins of operators since ${day}`, (day) => `${day} 이후 운영자 로그인`],
  oneChange: ["One change", "변경 하나"],
  none: ["Nothing is on record.", "기록이 없습니다."],
  onlyOthers: ["Only imports and bulk edits are on record: see below.", "아래의 가져오기와 일괄 편집만 기록되어 있습니다."],
  number: [(number: string) => `entry ${number}`, (number) => `기록 ${number}`],
  flaw: [
    (number: string) => `Entry ${number} is not as it was written, or missing: npm run gate -- audit verify says which.`,
    (number) => `기록 ${number}이(가) 처음 내용과 다르거나 없습니다. npm run gate -- audit verify 명령으로 확인하세요.`,
  ],
  broken: ["The trail has been tampered with, or rows of it were lost.", "기록이 조작되었거나 일부가 사라졌습니다."],
  rows: [(count: string) => `${count} rows`, (count) => `${count}개 행`],
  people: [persons, (count) => `${count}명`],
  steps: [(count: number) => `${count} steps`, (count) => `${count}단계`],
  outcomes: {
    begun: ["Unknown whether it was made: check the row", "반영 여부를 알 수 없음: 해당 행을 확인하세요"],
    conflict: ["Not made: somebody else changed it first", "반영되지 않음: 다른 사람이 먼저 변경했습니다"],
    failed: ["Failed: check the row", "실패: 해당 행을 확인하세요"],
  },
});
