import {
  assertTyped,
  dropIdentitiesByAddress,
  findMember,
  isAbsent,
  isObject,
  readIdentities,
  readJsonObject,
  signInAddress,
  UnreadableError,
} from "../../../engine/protocols/body";
import { MAX_BODY_BYTES } from "../../../engine/sign-up/attributes";

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
  { body: '\ufeff{"a":1}', why: undefined },
  { body: "\ufeff\ufeff{}", why: "JSON" },
  { body: " \ufeff{}", why: "JSON" },
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
  { body: '{"\\ud800":1}', why: "half a character" },
  { body: '{"a":[{"b\\u0000":1}]}', why: "control characters" },
  { body: '{"a":1,"a":2}', why: "a name twice" },
  { body: '{"a":1, "\\u0061" : 2}', why: "a name twice" },
  { body: '{"a":{"b":1,"c":{},"b":2}}', why: "a name twice" },
  { body: '{"a":{"b":1},"a":{}}', why: "a name twice" },
])("a body is read or refused: $body, $why", ({ body, contentType, why }) => expect(refusal(() => read(body, contentType))).toBe(why));

it("a body without a content type is refused", () =>
  expect(refusal(() => readJsonObject({ contentType: undefined, body: "{}" }, 3))).toBe("content type"));

it.each<{ object: Readonly<Record<string, number>>; value: number | undefined }>([
  { object: { Name: 1 }, value: 1 },
  { object: { name: 1, names: 2 }, value: 1 },
  { object: { other: 1 }, value: undefined },
])("a member is found whatever its case: $object", ({ object, value }) => expect(findMember(object, "nAME")).toBe(value));

it("two members that differ only in case are refused as a repeated name", () =>
  expect(refusal(() => findMember({ name: 1, NAME: 1 }, "name"))).toBe("a name twice"));

it.each([
  { value: "a\u0007", why: "control characters" },
  { value: "a\r\n\tb", why: undefined },
  { value: ["\u0007"], why: undefined },
  { value: 7, why: undefined },
])("a value that no form allows is refused, $value: $why", ({ value, why }) => expect(refusal(() => assertTyped(value))).toBe(why));

it.each([
  { value: {}, object: true, absent: false },
  { value: [], object: false, absent: false },
  { value: null, object: false, absent: true },
  { value: undefined, object: false, absent: true },
  { value: "", object: false, absent: true },
  { value: 0, object: false, absent: false },
])("the value $value counts as an object: $object, as absent: $absent", ({ value, object, absent }) => {
  expect(isObject(value)).toBe(object);
  expect(isAbsent(value)).toBe(absent);
});

it.each([
  { given: "nothing", claim: undefined, is: [] },
  { given: "null", claim: null, is: [] },
  {
    given: "names in any case",
    claim: [{ Issuer: "Google", ISSUERASSIGNEDID: "Ab/1", signintype: "federated" }],
    is: [{ issuer: "google.com", issuerAssignedId: "Ab/1", signInType: "federated" }],
  },
  { given: "empty members", claim: [{ issuer: "mail", issuerAssignedId: "", signInType: null }], is: [{ issuer: "mail" }] },
  {
    given: "an opaque id that looks like an address",
    claim: [{ issuer: "google.com", issuerAssignedId: "Kim@Contoso.com", signInType: "federated" }],
    is: [{ issuer: "google.com", issuerAssignedId: "Kim@Contoso.com", signInType: "federated" }],
  },
  { given: "an issuer as long as Graph allows", claim: [{ issuer: "x".repeat(512) }], is: [{ issuer: "x".repeat(512) }] },
  ...["email", "emailAddress", "EmailAddress"].map((signInType) => ({
    given: signInType,
    claim: [{ issuer: "contoso.com", signInType }],
    is: [{ issuer: "contoso.com", signInType: "emailAddress" }],
  })),
  ...["mail", "contoso.com"].map((issuer) => ({
    given: `an address that ${issuer} sent a passcode to, as it was typed`,
    claim: [{ issuer, signInType: "emailAddress", issuerAssignedId: " Kim@CONTOSO.com" }],
    is: [{ issuer, signInType: "emailAddress", issuerAssignedId: "kim@contoso.com" }],
  })),
])("identities are read in the form of each dialect: $given", ({ claim, is }) => expect(readIdentities(claim)).toStrictEqual(is));

it.each([
  { claim: "google.com", why: "identities" },
  { claim: Array(9).fill({ issuer: "mail" }), why: "identities" },
  { claim: ["google.com"], why: "identity" },
  { claim: [{}], why: "issuer" },
  { claim: [{ issuer: " " }], why: "issuer" },
  { claim: [{ issuer: "mail", issuerAssignedId: 1 }], why: "identity" },
  { claim: [{ issuer: "mail", signInType: false }], why: "identity" },
  { claim: [{ issuer: "x".repeat(513) }], why: "size of an identity" },
  { claim: [{ issuer: "mail", issuerAssignedId: "x".repeat(1_025) }], why: "size of an identity" },
  { claim: [{ issuer: "mail", Issuer: "google.com" }], why: "a name twice" },
])("an invalid identity is refused: $why", ({ claim, why }) => expect(() => readIdentities(claim)).toThrow(new UnreadableError(why)));

it("the sign-in address comes from the account with an address as its id", () => {
  const federated = { issuer: "google.com", issuerAssignedId: "1184", signInType: "federated" };
  const local = { issuer: "contoso.com", issuerAssignedId: "kim@contoso.com", signInType: "emailAddress" };
  expect(signInAddress([federated, local])).toBe("kim@contoso.com");
  expect(signInAddress([federated])).toBeUndefined();
  expect(signInAddress([local, local])).toBe("kim@contoso.com");
  expect(() => signInAddress([local, { ...local, issuerAssignedId: "lee@contoso.com" }])).toThrow(new UnreadableError("several addresses"));
});

it.each([
  { given: [], kept: [] },
  { given: [{ issuer: "mail", issuerAssignedId: "a@b.example" }], kept: [0] },
  { given: [{ issuer: "mail", issuerAssignedId: "a@b.example" }, { issuer: "google.com" }], kept: [1] },
  { given: [{ issuer: "google.com" }, { issuer: "t.example", signInType: "emailAddress" }, { issuer: "idp.example" }], kept: [0, 2] },
])("an address identity is dropped if the person has a provider's account: $given", ({ given, kept }) =>
  expect(dropIdentitiesByAddress(given)).toEqual(kept.map((place) => given[place])),
);
