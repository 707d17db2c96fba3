import { type LookupOptions, lookup } from "../../../engine/rules/lookup";
import { profiles } from "../../../engine/rules/profiles";
import { UNAVAILABLE } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import type { Source } from "../../../engine/sign-up/source";
import { UpstreamError } from "../../../engine/sign-up/upstream";
import { person } from "../sign-up/people";
import { memory, profile } from "./memory-world";
import { refusal } from "./refusal";

const upstreamFailure = { service: "crm", kind: "connection" } as const;
const crm = (find: Source["find"], onFailure?: Source["onFailure"]): Source => ({
  name: "crm",
  uses: [{ service: "crm" }],
  find,
  ...(onFailure && { onFailure }),
});

async function answer(known: Attributes | undefined, options: LookupOptions | undefined, attributes: Attributes = {}) {
  return (
    await decide(
      beforeCreateUser([
        lookup(
          crm(() => known),
          options,
        ),
      ]),
      person({ attributes }),
      memory().world,
    )
  ).answer;
}

const notPermitted = (...attributes: string[]) => ({
  kind: "invalid",
  problems: attributes.map((attribute) => ({ attribute, ...refusal("value.not-permitted") })),
});

describe("a person that the source knows", () => {
  const only = ["extension_PartnerNumber"];
  it.each([
    {
      given: "an attribute typed otherwise",
      known: { city: "Busan", state: "S" },
      typed: { city: "x", country: "KR" },
      result: { kind: "continue", attributes: { city: "Busan", state: "S" } },
    },
    {
      given: "one attribute asked for",
      known: { city: "Busan", extension_PartnerNumber: "P-1" },
      typed: { city: "x", extension_PartnerNumber: "P-2" },
      options: { only },
      result: { kind: "continue", attributes: { extension_PartnerNumber: "P-1" } },
    },
    {
      given: "the value that was typed",
      known: { extension_PartnerNumber: "P-1" },
      typed: { extension_PartnerNumber: "P-1" },
      options: { only },
      result: { kind: "continue", attributes: {} },
    },
    {
      given: "something typed where the source has no value",
      known: { city: "Busan" },
      typed: { extension_PartnerNumber: "P-2" },
      options: { only },
      result: notPermitted("extension_PartnerNumber"),
    },
    {
      given: "something typed where the source's value is empty",
      known: { extension_PartnerNumber: "" },
      typed: { extension_PartnerNumber: "P-2" },
      options: { only },
      result: notPermitted("extension_PartnerNumber"),
    },
    {
      given: "several such",
      known: { city: "Busan" },
      typed: { city: "x", state: "S", extension_Vip: true },
      options: { only: ["city", "state", "extension_Vip"] },
      result: notPermitted("state", "extension_Vip"),
    },
    {
      given: "nothing typed there",
      known: { city: "Busan" },
      typed: { state: " ", extension_Vip: false },
      options: { only: ["city", "state", "extension_Vip", "country"] },
      result: { kind: "continue", attributes: { city: "Busan" } },
    },
    {
      given: "zero typed there",
      known: {},
      typed: { extension_Level: 0 },
      options: { only: ["extension_Level"] },
      result: notPermitted("extension_Level"),
    },
    {
      given: "notFound, which is for others",
      known: {},
      typed: {},
      options: { only, notFound: "block" as const },
      result: { kind: "continue", attributes: {} },
    },
  ])("with $given", async ({ known, options, typed, result }) =>
    expect(await answer(known as Attributes, options, typed as Attributes)).toEqual(result),
  );
});

it.each([
  { notFound: undefined, result: { kind: "continue", attributes: {} } },
  { notFound: "continue" as const, result: { kind: "continue", attributes: {} } },
  { notFound: "block" as const, result: { kind: "block", ...refusal("lookup.not-found") } },
  { notFound: "ask-again" as const, result: { kind: "invalid", problems: [{ ...refusal("lookup.not-found") }] } },
])("a person that the source does not know, notFound $notFound: $result.kind", async ({ notFound, result }) =>
  expect(await answer(undefined, { only: ["city"], ...(notFound && { notFound }) }, { city: "typed" })).toEqual(result),
);

it.each<LookupOptions>([{}, { only: ["city"] }, { only: ["state"] }])(
  "says where it found it, and none of its values: %p",
  async (options) => {
    const source = { ...crm(() => ({ city: "Busan" })), evidence: () => ({ contact: "4711" }) };
    const signUp = person({ attributes: { state: "S" } });
    const { trace } = await decide(beforeCreateUser([lookup(source, options)]), signUp, memory().world);
    expect(trace).toMatchObject([{ rule: "lookup", evidence: { contact: "4711" } }]);
  },
);

it.each<{ options: LookupOptions | undefined; asks: readonly string[] }>([
  { options: undefined, asks: [] },
  { options: { only: ["city"] }, asks: ["city"] },
])("asks people for $asks where it takes $options", ({ options, asks }) =>
  expect(
    lookup(
      crm(() => undefined),
      options,
    ).asks,
  ).toEqual(asks),
);

describe("a source that fails", () => {
  const failing = (onFailure?: Source["onFailure"]) =>
    decide(
      beforeCreateUser([
        lookup(
          crm(() => {
            throw new UpstreamError(upstreamFailure);
          }, onFailure),
          { notFound: "block" },
        ),
      ]),
      person(),
      memory().world,
    );

  it("stops the sign-up", async () => expect((await failing("block")).answer).toEqual({ kind: "block", reason: UNAVAILABLE }));
  it("stops it where its author says nothing", async () => expect((await failing()).answer).toMatchObject({ reason: UNAVAILABLE }));
  it("stops nothing where its author lets it pass", async () =>
    expect(await failing("continue")).toMatchObject({
      answer: { kind: "continue", attributes: {} },
      trace: [{ rule: "lookup", upstreamFailure, findings: { crm: "unavailable" } }],
    }));
});

describe("with profiles", () => {
  const rule = lookup(profiles({ trust: ["mail"] }), { only: ["extension_PartnerNumber"] });
  const rows = [
    [profile("kim@contoso.com"), { extension_PartnerNumber: "P-1", city: "Seoul" }],
    [profile("issuer:facebook.com/77"), { city: "Seoul" }],
  ] as const;
  const mail = { issuer: "mail", issuerAssignedId: "kim@contoso.com" };
  const facebook = { issuer: "facebook.com", issuerAssignedId: "77" };

  it.each([
    {
      given: "the profile's value is asserted again",
      identities: [mail],
      result: { kind: "continue", attributes: { extension_PartnerNumber: "P-1" } },
    },
    { given: "a profile without the value lets none be typed", identities: [facebook], result: notPermitted("extension_PartnerNumber") },
    { given: "a person without a profile keeps what they typed", identities: [], result: { kind: "continue", attributes: {} } },
  ])("$given", async ({ identities, result }) => {
    const signUp = person({ identities, attributes: { extension_PartnerNumber: "P-9", city: "x" } });
    expect((await decide(beforeCreateUser([rule]), signUp, memory(rows).world)).answer).toEqual(result);
  });
});

it.each([
  { options: { only: [] }, says: "only lists attributes" },
  { options: { only: "city" }, says: "only lists attributes" },
  { options: { only: [""] }, says: "lookup: each of only takes an attribute's short name" },
  { options: { only: ["email"] }, says: '"email" cannot be set' },
  { options: { notFound: "deny" }, says: 'notFound is "continue", "block" or "ask-again", not "deny"' },
])("does not start with $options", ({ options, says }) =>
  expect(() =>
    lookup(
      crm(() => undefined),
      options as never,
    ),
  ).toThrow(says),
);
it("does not start without a source", () => expect(() => lookup(undefined as never)).toThrow("lookup takes a source"));
