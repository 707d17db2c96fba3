import { describeEndProblem, type EndProblem } from "../../engine/end-problem";
import { pageTexts } from "../texts/languages";

export const editorTexts = pageTexts({
  names: {
    expiresAt: ["Expires", "만료"],
    note: ["Note", "메모"],
    problem: ["Problem", "문제"],
  },
  lastDay: ["The last day it counts. Empty: no end.", "마지막 날입니다. 비워 두면 무기한입니다."],
  flaggedOnly: ["Only rows with a problem", "문제가 있는 행만"],
  back: ["The whole list", "전체 목록"],
  gone: ["There is no such row. It was removed, or is kept in another spelling.", "행이 없습니다. 삭제되었거나 다른 표기로 있습니다."],
  none: ["No rows match.", "해당하는 행이 없습니다."],
  empty: [
    "Nothing here yet. What you add counts from the next sign-up.",
    "아직 아무것도 없습니다. 추가한 내용은 다음 가입부터 적용됩니다.",
  ],
  expired: ["expired", "만료됨"],
  isOver: ["It has expired already, and has no effect", "이미 만료되어 적용되지 않습니다"],
  expiredOn: [(day: string) => `expired ${day}`, (day) => `${day} 만료`],
  never: ["never", "없음"],
  badExpiry: ["“Expires” cannot be read, so the row has no effect", "‘만료’를 읽을 수 없어 이 행은 적용되지 않습니다"],
  onePerLine: [(most: number) => `One per line, up to ${most}.`, (most) => `한 줄에 하나씩, 최대 ${most}개입니다.`],
  tooMany: [(most: number) => `More than ${most} lines: add them in parts.`, (most) => `${most}줄을 넘습니다. 나누어 추가하세요.`],
  addedRows: [
    (addedCount: number, there: number) => `Rows added: ${addedCount}.${there === 0 ? "" : ` Already there, and not changed: ${there}.`}`,
    (addedCount, there) => `행 ${addedCount}개를 추가했습니다.${there === 0 ? "" : ` 이미 있던 ${there}개는 그대로 두었습니다.`}`,
  ],
  edit: ["Change", "변경"],
  save: ["Save changes", "변경 내용 저장"],
  done: {
    changed: ["The row was changed.", "행을 변경했습니다."],
    back: ["It is back.", "되돌렸습니다."],
  },
  removeHint: ["To end a row but keep it, set a date in the past.", "행을 남겨 둔 채 끝내려면 지난 날짜를 유효 기한으로 지정하세요."],
  conflictTitle: [(key: string) => `${key} was changed meanwhile`, (key) => `${key}: 그사이 변경되었습니다`],
  conflict: ["Your change was not written.", "입력하신 내용을 저장하지 않았습니다."],
  asItIs: ["As it is now", "현재 내용"],
  yourChange: ["Your change", "입력하신 내용"],
  changedBy: {
    outside: ["It was edited outside Gatehouse:", "Gatehouse 밖에서 수정:"],
    by: [(name: string) => `${name} changed it:`, (name) => `${name} 님이 변경:`],
  },
  badEnd: [(problem: EndProblem) => describeEndProblem(problem, "the end"), (problem) => describeEndProblem(problem, "", "ko")],
  badDate: ["Expires: not a date like 2027-01-31.", "만료: 2027-01-31 같은 날짜가 아닙니다."],
  required: [(name: string) => `${name} (required)`, (name) => `${name}(필수)`],
  inLine: [(number: number, problem: string) => `Line ${number}: ${problem}`, (number, problem) => `${number}번째 줄: ${problem}`],
  badCell: {
    number: [
      (name: string) => `${name}: not a number. Write 12 or -3.5.`,
      (name) => `${name}: 숫자가 아닙니다. 12 또는 -3.5처럼 입력하세요.`,
    ],
    boolean: [(name: string) => `${name}: write true or false.`, (name) => `${name}: true 또는 false를 입력하세요.`],
    empty: [(name: string) => `${name}: write a value.`, (name) => `${name}: 값을 입력하세요.`],
  },
});
