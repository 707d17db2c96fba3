import { pageTexts } from "../../engine/operator/page-texts";
import type { ColumnFlaw } from "./row";

/** Operators' words for what speaks against adding or removing values of a list, at every door. */
export const valueWords = pageTexts({
  past: ["It has expired already, and has no effect", "이미 만료되어 적용되지 않습니다"],
  lacks: [
    (columns: string) => `They let nobody in until their rows have ${columns}.`,
    (columns) => `${columns} 열이 없으면 아무도 들어오지 못합니다.`,
  ],
  unread: [
    (list: string) => `No rule of the policy reads ${list}, so its codes let nobody in yet.`,
    (list) => `정책에 ${list} 목록을 사용하는 규칙이 없어 아직 아무도 들어오지 못합니다.`,
  ],
  flaws: {
    column: [
      (attribute: string, { tooLong }: ColumnFlaw) =>
        tooLong === undefined
          ? `${attribute} is empty: this value lets nobody in`
          : `${attribute} has ${tooLong.length} characters, and Entra takes ${tooLong.most}`,
      (attribute, { tooLong }) =>
        tooLong === undefined
          ? `${attribute}: 비어 있어 이 값으로는 아무도 들어오지 못함`
          : `${attribute}: ${tooLong.length}자입니다. Entra는 ${tooLong.most}자까지 받습니다`,
    ],
    lostSpace: [
      "has a space: the rule takes spaces out of what people type, and never finds it",
      "공백 포함: 규칙이 입력값에서 공백을 없애므로 찾지 못함",
    ],
    neverFound: ["never found: too long, or with characters nobody can type", "찾을 수 없음: 너무 길거나 입력할 수 없는 문자가 있습니다"],
    nothing: ["what databases write for none", "데이터베이스가 빈 값 대신 적는 낱말"],
    shortened: ["a number that a spreadsheet or another tool has shortened", "스프레드시트 등이 줄여 적은 숫자"],
    mixedCase: [
      "in mixed case: only people who type it exactly like this are found, unless the rule is case-sensitive",
      "대소문자 혼용: 규칙이 대소문자를 구분하지 않으면 똑같이 입력한 사람만 찾을 수 있습니다",
    ],
    spaces: ["spaces around it or in a row: found only if the rule keeps spaces", "앞뒤나 연속 공백: 규칙이 공백을 그대로 둘 때만 찾음"],
    badExpiry: ["its end cannot be read, so the row has no effect", "만료를 읽을 수 없어 이 행은 적용되지 않습니다"],
  },
  alike: [
    (value: string, others: string) =>
      `${value} differs from ${others} only by case: people get one or the other, depending on how they type it, unless the rule is case-sensitive`,
    (value, others) =>
      `${value}: ${others} 값과 대소문자만 다릅니다. 규칙이 대소문자를 구분하지 않으면, 입력한 대소문자에 따라 어느 한쪽이 적용됩니다`,
  ],
  missing: ["The list does not have it.", "목록에 없는 값입니다."],
  used: [
    (count: number) => (count === 1 ? "1 person has used it, and stays in." : `${count} people have used it, and stay in.`),
    (count) => `${count}명이 사용했습니다. 이미 들어온 사람은 그대로 남습니다.`,
  ],
  stays: [
    (others: string) => `${others} stays: unless the rule is case-sensitive, people who type the removed value get in by it.`,
    (others) => `${others} 값이 남습니다. 규칙이 대소문자를 구분하지 않으면 삭제한 값을 입력해도 들어올 수 있습니다.`,
  ],
  frees: ["A freed value is unused again: those who used it may use it again.", "해제하면 사용했던 사람도 다시 쓸 수 있습니다."],
});
