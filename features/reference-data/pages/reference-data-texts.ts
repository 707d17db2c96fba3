import { pageTexts } from "../../../console/texts/languages";
import type { ColumnFlaw } from "../row";

export const referenceDataTexts = pageTexts({
  title: ["Reference data", "기준 데이터"],
  about: [
    "Lists of values that people may enter, such as partner numbers or codes.",
    "파트너 번호나 코드처럼 입력할 수 있는 값의 목록입니다.",
  ],
  lists: ["Lists", "목록"],
  noLists: ["There are no lists yet.", "아직 목록이 없습니다."],
  cutLists: [
    (count: string) => `Only ${count} rows of the table were counted. Lists that no rule reads may be missing.`,
    (count) => `테이블에서 행 ${count}개까지만 세었습니다. 규칙이 사용하지 않는 목록은 빠졌을 수 있습니다.`,
  ],
  count: ["Values", "값 개수"],
  use: ["In the deployed policy", "배포된 정책에서"],
  only: ["Anyone who enters another value is asked to correct it.", "목록에 없는 값을 입력하면 수정하도록 요청합니다."],
  noneYet: ["No values yet: anyone who enters one is asked to correct it.", "아직 값이 없어, 무엇을 입력해도 수정하도록 요청합니다."],
  codes: ["Codes that let people in besides those of invitations.", "초대에 발급된 코드 외에 가입할 수 있는 코드입니다."],
  unread: ["No rule reads this list.", "이 목록을 사용하는 규칙이 없습니다."],
  searchLabel: ["Value, or how it begins", "값 또는 값의 앞부분"],
  names: {
    list: ["List", "목록"],
    value: ["Value", "값"],
  },
  taken: ["Used by", "사용 인원"],
  mixedCase: [
    "in mixed case: only people who type it exactly like this are found, unless the rule is case-sensitive",
    "대소문자 혼용: 규칙이 대소문자를 구분하지 않으면 똑같이 입력한 사람만 찾을 수 있습니다",
  ],
  twins: ["Also in this list:", "대소문자만 다른 값:"],
  twinsHint: [
    "People get one or the other, depending on how they type it, unless the rule is case-sensitive.",
    "규칙이 대소문자를 구분하지 않으면, 입력한 대소문자에 따라 어느 한쪽이 적용됩니다.",
  ],
  spaces: ["spaces around it or in a row: found only if the rule keeps spaces", "앞뒤나 연속 공백: 규칙이 공백을 그대로 둘 때만 찾음"],
  lostSpace: [
    "has a space: the rule takes spaces out of what people type, and never finds it",
    "공백 포함: 규칙이 입력값에서 공백을 없애므로 찾지 못함",
  ],
  flaw: [
    (attribute: string, { tooLong }: ColumnFlaw) =>
      tooLong === undefined
        ? `${attribute} is empty: this value lets nobody in`
        : `${attribute} has ${tooLong.length} characters, and Entra takes ${tooLong.most}`,
    (attribute, { tooLong }) =>
      tooLong === undefined
        ? `${attribute}: 비어 있어 이 값으로는 아무도 들어오지 못함`
        : `${attribute}: ${tooLong.length}자입니다. Entra는 ${tooLong.most}자까지 받습니다`,
  ],
  neverFound: ["never found: too long, or with characters nobody can type", "찾을 수 없음: 너무 길거나 입력할 수 없는 문자가 있습니다"],
  nothing: ["what databases write for none", "데이터베이스가 빈 값 대신 적는 낱말"],
  shortened: ["a number that a spreadsheet or another tool has shortened", "스프레드시트 등이 줄여 적은 숫자"],
  add: ["Add values", "값 추가"],
  addTo: [(list: string) => `Add to ${list}…`, (list) => `${list}에 추가…`],
  addHint: ["All upper or all lower case, unless the rule is case-sensitive.", "대소문자를 구분하지 않는 규칙이면 한 가지로 통일하세요."],
  uses: ["Uses", "사용"],
  usesBy: [(count: number) => (count === 1 ? "Used by 1 person." : `Used by ${count} people.`), (count) => `${count}명이 사용했습니다.`],
  freeHint: ["A freed value is unused again: those who used it may use it again.", "해제하면 사용했던 사람도 다시 쓸 수 있습니다."],
  free: ["Free this value", "값 사용 해제"],
  done: { freed: ["The value was freed.", "값 사용을 해제했습니다."] },
  badKey: [
    (_: string): string => "no rule can find it: over 256 characters, or control characters.",
    (_) => "찾을 수 없는 값: 256자를 넘거나 제어 문자가 있습니다.",
  ],
});
