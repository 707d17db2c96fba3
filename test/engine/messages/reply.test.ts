import { blockTitle, type MessageSettings } from "../../../engine/messages";
import { replyFor } from "../../../engine/messages/index";

const voice = { locales: ["ko"], options: {} };
const REFERENCE = "K7QD-9MXD";

it("an answer that refuses no sign-up is sent unchanged", () => {
  const answer = { kind: "continue" as const, attributes: { city: "Seoul" } };
  expect(replyFor(answer, REFERENCE, voice)).toEqual(answer);
});

it.each([
  {
    given: "the catalogue's words",
    answer: { kind: "block" as const, reason: "access-list.denied" },
    says: "이 계정으로는 가입할 수 없습니다. 액세스 권한이 필요하다면 초대한 담당자에게 문의하세요. (참조 번호: K7QD-9MXD)",
  },
  {
    given: "the rule's own",
    answer: { kind: "block" as const, reason: "own.reason", message: { en: "Ask Kim.", ko: "김에게 물어보세요." } },
    says: "김에게 물어보세요. (참조 번호: K7QD-9MXD)",
  },
])("a block shows its text in the person's language, with its reference: $given", ({ answer, says }) =>
  expect(replyFor(answer, REFERENCE, voice)).toEqual({ kind: "block", title: "가입할 수 없습니다", message: says }),
);

it("a reply lists all problems together, and also one by one for pages that show them at fields", () => {
  const problems = [
    { attribute: "city", reason: "own.reason", message: "없음" },
    { reason: "own.reason", message: "안 됨" },
  ];
  expect(replyFor({ kind: "invalid", problems }, REFERENCE, voice)).toStrictEqual({
    kind: "invalid",
    message: "구/군/시: 없음. 안 됨. (참조 번호: K7QD-9MXD)",
    summary: "표시된 항목을 수정하세요.",
    reference: "(참조 번호: K7QD-9MXD)",
    problems: [
      { attribute: "city", message: "없음.", named: "구/군/시: 없음." },
      { message: "안 됨.", named: "안 됨." },
    ],
  });
});

it.each([
  { messages: undefined, title: "가입할 수 없습니다" },
  { messages: { "own.reason": "x" }, title: "가입할 수 없습니다" },
  { messages: { "gatehouse.block-title": { en: "Contoso", ko: "콘토소" } }, title: "콘토소" },
  { messages: { "gatehouse.block-title": { en: "Contoso\n" } }, title: "Contoso" },
  { messages: { "gatehouse.block-title": "\u202e" }, title: "가입할 수 없습니다" },
])("a block page has the policy's title, else the catalogue's: $messages", ({ messages, title }) => {
  const options = (messages === undefined ? {} : { messages }) as MessageSettings["options"];
  expect(blockTitle({ locales: ["ko"], options })).toBe(title);
});
