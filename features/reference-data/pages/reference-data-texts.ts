import { pageTexts } from "../../../console/texts/languages";

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
  twins: ["Also in this list:", "대소문자만 다른 값:"],
  twinsHint: [
    "People get one or the other, depending on how they type it, unless the rule is case-sensitive.",
    "규칙이 대소문자를 구분하지 않으면, 입력한 대소문자에 따라 어느 한쪽이 적용됩니다.",
  ],
  add: ["Add values", "값 추가"],
  addTo: [(list: string) => `Add to ${list}…`, (list) => `${list}에 추가…`],
  addHint: ["All upper or all lower case, unless the rule is case-sensitive.", "대소문자를 구분하지 않는 규칙이면 한 가지로 통일하세요."],
  uses: ["Uses", "사용"],
  usesBy: [(count: number) => (count === 1 ? "Used by 1 person." : `Used by ${count} people.`), (count) => `${count}명이 사용했습니다.`],
  free: ["Free this value", "값 사용 해제"],
  done: { freed: ["The value was freed.", "값 사용을 해제했습니다."] },
  badKey: [
    (_: string): string => "no rule can find it: over 256 characters, or control characters.",
    (_) => "찾을 수 없는 값: 256자를 넘거나 제어 문자가 있습니다.",
  ],
});
