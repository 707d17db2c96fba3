import { runInNewContext } from "node:vm";
import { valueTexts } from "../../../engine/messages/rule-texts";
import {
  askSource,
  continueWithoutSource,
  describeAdmittedPeople,
  findUnfoundedClaims,
  refuseUnasked,
  selectAttributes,
} from "../../../engine/rules/ask-source";
import { MAX_BODY_BYTES } from "../../../engine/sign-up/attributes";
import { UpstreamError } from "../../../engine/sign-up/failure";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { person } from "../sign-up/people";

const ask = (found: unknown, changes: Partial<SignUp> = {}) =>
  askSource({ name: "crm", uses: [], find: () => found as never }, person(changes), {} as never);
const external = { source: "external-tenant" } as const;
const token = { step: "before-sending-token" } as const;
const teams = { listAttributes: ["extension_Teams"] };

describe("a source's answer", () => {
  it.each<{ given: string; found: object; changes?: Partial<SignUp>; known: object; empty?: readonly string[] }>([
    { given: "a text", found: { city: "Busan" }, known: { city: "Busan" } },
    { given: "a text of several lines", found: { city: " a \r\n\tb\n\nc " }, known: { city: "a b c" } },
    { given: "an address of several lines", found: { streetAddress: "a\nb" }, known: { streetAddress: "a\nb" } },
    { given: "a number for a text of Entra's", found: { postalCode: 4051 }, known: { postalCode: "4051" } },
    { given: "a number of one's own", found: { extension_Seats: 25 }, known: { extension_Seats: 25 } },
    { given: "a boolean of one's own", found: { extension_Staff: false }, known: { extension_Staff: false } },
    {
      given: "a list of a form",
      found: { extension_Teams: ["a", "b\nc", 7] },
      changes: external,
      known: { extension_Teams: ["a", "b c", 7] },
    },
    { given: "a list in a token", found: { roles: ["a"] }, changes: token, known: { roles: ["a"] } },
    { given: "a list of texts", found: { extension_Teams: ["a", "b\nc"] }, changes: teams, known: { extension_Teams: ["a", "b c"] } },
    { given: "a text for such a list", found: { extension_Teams: "a,b" }, changes: teams, known: { extension_Teams: ["a", "b"] } },
    { given: "a number for such a list", found: { extension_Teams: 7 }, changes: teams, known: { extension_Teams: ["7"] } },
    { given: "an empty one", found: { extension_Teams: "" }, changes: teams, known: {}, empty: ["extension_Teams"] },
    {
      given: "nothing, in each of its forms",
      found: { city: null, state: " ", country: undefined, jobTitle: "" },
      known: {},
      empty: ["city", "state", "jobTitle"],
    },
  ])("is read as Entra would read it: $given", async ({ found, changes, known, empty = [] }) =>
    expect(await ask(found, changes)).toStrictEqual({ kind: "known", known, empty }),
  );

  it.each<{ given: string; found: unknown; changes?: Partial<SignUp>; at?: string; cause?: string }>([
    {
      given: "no number",
      found: { extension_Seats: Number.NaN },
      at: "extension_Seats",
      cause: "An attribute holds a text, a number or a boolean.",
    },
    {
      given: "a boolean for a text of Entra's",
      found: { city: true },
      at: "city",
      cause: "An attribute holds a text, a number or a boolean.",
    },
    {
      given: "a list at a connector",
      found: { extension_Teams: ["a"] },
      at: "extension_Teams",
      cause: "An attribute holds a text, a number or a boolean.",
    },
    {
      given: "a list for a text of Entra's",
      found: { city: ["a"] },
      changes: external,
      at: "city",
      cause: "An attribute holds a text, a number or a boolean.",
    },
    {
      given: "a number that has lost digits",
      found: { extension_Id: Number("1234567890123456789") },
      at: "extension_Id",
      cause: "The number is too large for JavaScript, which has changed its digits: a source has to give it as text.",
    },
    {
      given: "such a number for a text of Entra's",
      found: { postalCode: -1e21 },
      at: "postalCode",
      cause: "The number is too large for JavaScript, which has changed its digits: a source has to give it as text.",
    },
    { given: "a list of lists", found: { roles: [["a"]] }, changes: token, at: "roles", cause: "An attribute holds no list of lists." },
    {
      given: "an object",
      found: { extension_A: {} },
      changes: external,
      at: "extension_A",
      cause: "An attribute holds a text, a number or a boolean.",
    },
    { given: "an object for a list", found: { extension_Teams: {} }, changes: teams, at: "extension_Teams" },
    { given: "half a character", found: { city: "\ud800" }, at: "city", cause: "half a character" },
    { given: "what only Entra may set", found: { email: "a@b.example" }, at: "email", cause: 'A rule cannot set "email": only Entra may.' },
    { given: "a name that is none", found: { constructor: "x" }, at: "constructor", cause: "prototype key" },
    { given: "a name of spaces", found: { "a b": {} } },
    { given: "a name with something before it", found: { "1a": {} } },
    { given: "a name with something after it", found: { "a-": {} } },
    { given: "the longest name that is told", found: { ["a".repeat(40)]: {} }, at: "a".repeat(40) },
    { given: "a longer one", found: { ["a".repeat(41)]: {} } },
    { given: "a list", found: [] },
    { given: "a text", found: "x" },
    { given: "null", found: null },
  ])("is refused, and the error quotes at most a name: $given", async ({ found, changes, at, cause }) => {
    const error: unknown = await ask(found, changes).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UpstreamError);
    expect((error as UpstreamError).failure).toStrictEqual({ service: "crm", kind: "unexpected", ...(at !== undefined && { at }) });
    if (cause !== undefined) expect((error as Error).cause).toEqual(new TypeError(cause));
  });

  class Person {
    readonly city = "Busan";
  }
  class Prototype {
    readonly city = "Busan";
    isPrototypeOf(): boolean {
      return false;
    }
  }
  it.each([
    { given: "an object of a class that looks like every object's", found: new Prototype(), named: "the class Prototype" },
    { given: "an object of a class", found: new Person(), named: "the class Person" },
    { given: "a map", found: new Map([["city", "Busan"]]), named: "the class Map" },
    { given: "a date", found: new Date(0), named: "the class Date" },
    { given: "an error", found: new UpstreamError({ service: "crm", kind: "failed" }), named: "the class UpstreamError" },
    { given: "an object of a class without a name", found: new (class {})(), named: "a class" },
    { given: "an object that another one is behind", found: Object.create(Object.create(null, { why: { value: "x" } })), named: "a class" },
  ])("stops the sign-up if it is no plain object, even for optional sources: $given", async ({ found, named }) => {
    const source: Source = { name: "crm", uses: [], onFailure: "continue", find: () => found as never };
    await expect(askSource(source, person({}), {} as never)).rejects.toThrow(
      new TypeError(`The source crm found an object of ${named}: it must find plain attributes, NotAsked or undefined.`),
    );
  });

  it.each([
    { made: "without a prototype", found: Object.assign(Object.create(null), { city: "Busan" }) },
    { made: "in another realm", found: runInNewContext(`({ city: "Busan" })`) },
    { made: "watched", found: new Proxy({ city: "Busan" }, {}) },
  ])("may be an object $made", async ({ found }) => expect(await ask(found)).toMatchObject({ kind: "known", known: { city: "Busan" } }));

  it("is refused as too large if it reaches the size limit of a request", async () => {
    const bytes = (length: number) => ({ a: "x".repeat(length - Buffer.byteLength(JSON.stringify([["a", ""]]))) });
    expect((await ask(bytes(MAX_BODY_BYTES - 1))).kind).toBe("known");
    await expect(ask(bytes(MAX_BODY_BYTES))).rejects.toThrow(new UpstreamError({ service: "crm", kind: "too-large" }));
  });
});

it.each([
  {
    reason: new NotAsked("untrusted"),
    says: {
      kind: "block",
      reason: "lookup.address-unproven",
      message: valueTexts["lookup.address-unproven"],
      evidence: { notAsked: "untrusted" },
    },
  },
  {
    reason: new NotAsked("missing", "city"),
    says: { kind: "invalid", problems: [{ attribute: "city", reason: "attribute.required" }], evidence: { notAsked: "missing city" } },
  },
  {
    reason: new NotAsked("unusable", "city"),
    says: {
      kind: "invalid",
      problems: [{ attribute: "city", reason: "value.not-permitted", message: valueTexts["value.not-permitted"] }],
      evidence: { notAsked: "unusable city" },
    },
  },
])("a person is asked to correct input that prevents a query: $reason", ({ reason, says }) =>
  expect(refuseUnasked(reason)).toStrictEqual(says),
);

it("an answer has evidence if the source provides it", async () => {
  const source: Source = { name: "crm", uses: [], find: () => ({ city: "Busan" }), evidence: () => ({ row: "7" }) };
  expect(await askSource(source, person(), {} as never)).toEqual({
    kind: "known",
    known: { city: "Busan" },
    empty: [],
    evidence: { row: "7" },
  });
});

it("a rule uses only the attributes that it picks from an answer", () => {
  const known = { city: "Busan", state: "x" };
  expect(selectAttributes(known, undefined)).toBe(known);
  expect(selectAttributes(known, ["city", "country"])).toEqual({ city: "Busan" });
});

it.each([
  { onFailure: "continue", admits: "everybody while crm does not answer" },
  { onFailure: "block", admits: undefined },
  { onFailure: undefined, admits: undefined },
] as const)("a source with onFailure $onFailure states the people who are admitted if it fails", ({ onFailure, admits }) =>
  expect(describeAdmittedPeople({ name: "crm", ...(onFailure && { onFailure }) })).toBe(admits),
);

it.each([
  { asked: { kind: "not-found" } as const, leaves: { findings: { crm: "not-found" } } },
  {
    asked: { kind: "unavailable", upstreamFailure: { service: "crm", kind: "failed" } } as const,
    leaves: { findings: { crm: "unavailable" }, upstreamFailure: { service: "crm", kind: "failed" } },
  },
  {
    asked: { kind: "not-asked", reason: new NotAsked("missing", "jobTitle") } as const,
    leaves: { findings: { crm: "not-asked" }, evidence: { notAsked: "missing jobTitle" } },
  },
])("a rule without an answer records the cause: $asked.kind", ({ asked, leaves }) =>
  expect(continueWithoutSource("crm", asked)).toStrictEqual(leaves),
);

it("a typed value that the source does not confirm is a problem; an empty field is none", () => {
  const signUp = person({ attributes: { city: "seoul", state: " ", extension_Staff: true, extension_Other: false } });
  const problem = { reason: "value.not-permitted", message: valueTexts["value.not-permitted"] };
  expect(findUnfoundedClaims(["city", "state", "country", "extension_Staff", "extension_Other"], signUp)).toEqual([
    { attribute: "city", ...problem },
    { attribute: "extension_Staff", ...problem },
  ]);
});
