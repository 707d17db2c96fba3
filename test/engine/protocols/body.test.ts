import { assertTyped, isAbsent, isObject, memberOf, readJsonObject, UnreadableError } from "../../../engine/protocols/body";
import { MAX_BODY_BYTES } from "../../../engine/sign-up/checks";

const read = (body: string, contentType: string | undefined = "application/json") => readJsonObject({ contentType, body }, 3);

/** What keeps a body from being read; undefined: nothing does. */
function refusal(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    expect(error.name).toBe("UnreadableError");
    return error.message;
  }
}

it.each<{ body: string; contentType?: string; why: string | undefined }>([
  { body: "{}", why: undefined },
  { body: '{"a":{"b":[1]}}', why: undefined },
  { body: '{"a":[{"b":1},{"b":2}],"b":"a"}', why: undefined },
  { body: '{"a":{"b":1},"b":2}', why: undefined },
  { body: '{"a":"\\"b\\":","b":"{","c":"}"}', why: undefined },
  { body: "{}", contentType: "text/plain", why: "content type" },
  { body: "{}", contentType: "", why: "content type" },
  { body: `{"a":"${"x".repeat(MAX_BODY_BYTES - 8)}"}`, why: "size" },
  { body: '{"a":"K\ufffdln"}', why: "encoding" },
  { body: "{", why: "JSON" },
  { body: "null", why: "no object" },
  { body: "[]", why: "no object" },
  { body: '"a"', why: "no object" },
  { body: '{"a":"\\ud800"}', why: "half a character" },
  { body: '{"a":{"b":{"c":{}}}}', why: "depth" },
  { body: '{"a":[{"constructor":1}]}', why: "prototype key" },
  { body: '{"":1}', why: "a name without a letter" },
  { body: '{"a":[{"":1}]}', why: "a name without a letter" },
  { body: '{"a":1,"a":2}', why: "a name twice" },
  { body: '{"a":1, "\\u0061" : 2}', why: "a name twice" },
  { body: '{"a":{"b":1,"c":{},"b":2}}', why: "a name twice" },
  { body: '{"a":{"b":1},"a":{}}', why: "a name twice" },
])("is read or refused: $body, $why", ({ body, contentType, why }) => expect(refusal(() => read(body, contentType))).toBe(why));

it("needs a content type", () => expect(refusal(() => readJsonObject({ contentType: undefined, body: "{}" }, 3))).toBe("content type"));

it.each<{ object: Readonly<Record<string, number>>; value: number | undefined }>([
  { object: { Name: 1 }, value: 1 },
  { object: { name: 1, names: 2 }, value: 1 },
  { object: { other: 1 }, value: undefined },
])("finds a member whatever its case: $object", ({ object, value }) => expect(memberOf(object, "nAME")).toBe(value));

it("takes two members that differ in case for one name twice", () =>
  expect(refusal(() => memberOf({ name: 1, NAME: 1 }, "name"))).toBe("a name twice"));

it.each([
  { value: "a\u0007", why: "control characters" },
  { value: "a\r\n\tb", why: undefined },
  { value: ["\u0007"], why: undefined },
  { value: 7, why: undefined },
])("a form lets nobody type $value: $why", ({ value, why }) => expect(refusal(() => assertTyped(value))).toBe(why));

it.each([
  { value: {}, object: true, absent: false },
  { value: [], object: false, absent: false },
  { value: null, object: false, absent: true },
  { value: undefined, object: false, absent: true },
  { value: "", object: false, absent: true },
  { value: 0, object: false, absent: false },
])("tells $value for an object: $object, for nothing: $absent", ({ value, object, absent }) => {
  expect(isObject(value)).toBe(object);
  expect(isAbsent(value)).toBe(absent);
});
