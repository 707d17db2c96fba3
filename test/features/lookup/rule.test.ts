import { decide } from "../../../engine/sign-up/engine";
import { UNAVAILABLE, UpstreamError } from "../../../engine/sign-up/failure";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { type LookupOptions, lookup } from "../../../features/lookup/rule";
import { profiles } from "../../../features/profiles/profiles";
import { memory, profile } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { person } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

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
      anyPolicy([
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

describe("a person whom the source knows", () => {
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
  ])("gets the source's values, given $given", async ({ known, options, typed, result }) =>
    expect(await answer(known as Attributes, options, typed as Attributes)).toEqual(result),
  );
});

it.each([
  { notFound: undefined, result: { kind: "block", ...refusal("lookup.not-found") } },
  { notFound: "continue" as const, result: { kind: "continue", attributes: {} } },
  { notFound: "leave-empty" as const, result: notPermitted("city") },
  { notFound: "block" as const, result: { kind: "block", ...refusal("lookup.not-found") } },
  { notFound: "ask-again" as const, result: { kind: "invalid", problems: [{ ...refusal("lookup.not-found") }] } },
])("with notFound $notFound, a person unknown to the source gets the answer $result.kind", async ({ notFound, result }) =>
  expect(await answer(undefined, { only: ["city"], ...(notFound && { notFound }) }, { city: "typed" })).toEqual(result),
);

it("continues for people whom the source does not know and who typed no value, and records that", async () => {
  const rule = lookup(
    crm(() => undefined),
    { only: ["city", "extension_Vip"], notFound: "leave-empty" },
  );
  const signUp = person({ attributes: { city: " ", extension_Vip: false, state: "typed" } });
  expect(await decide(anyPolicy([rule]), signUp, memory().world)).toMatchObject({
    answer: { kind: "continue", attributes: {} },
    trace: [{ findings: { crm: "not-found" } }],
  });
});

describe("a sign-up that prevents the call to the source", () => {
  const unproven = { kind: "block", ...refusal("lookup.address-unproven") };
  const required = { kind: "invalid", problems: [{ attribute: "jobTitle", reason: "attribute.required" }] };
  it.each<{ why: NotAsked; options?: LookupOptions; result: object; evidence: string }>([
    { why: new NotAsked("missing", "jobTitle"), result: required, evidence: "missing jobTitle" },
    { why: new NotAsked("missing", "jobTitle"), options: { notFound: "continue" }, result: required, evidence: "missing jobTitle" },
    { why: new NotAsked("missing", "jobTitle"), options: { untrusted: "continue" }, result: required, evidence: "missing jobTitle" },
    { why: new NotAsked("unusable", "jobTitle"), result: notPermitted("jobTitle"), evidence: "unusable jobTitle" },
    { why: new NotAsked("untrusted"), result: unproven, evidence: "untrusted" },
    { why: new NotAsked("untrusted"), options: { notFound: "continue" }, result: unproven, evidence: "untrusted" },
    {
      why: new NotAsked("untrusted"),
      options: { only: ["extension_Tier"], untrusted: "leave-empty" },
      result: notPermitted("extension_Tier"),
      evidence: undefined as never,
    },
    {
      why: new NotAsked("untrusted"),
      options: { untrusted: "continue" },
      result: { kind: "continue", attributes: {} },
      evidence: "untrusted",
    },
  ])("($why.why $why.attribute) is answered with $result.kind given $options", async ({ why, options, result, evidence }) => {
    const source = crm(() => why, "continue");
    const signUp = person({ attributes: { extension_Tier: "gold" } });
    const { answer, trace } = await decide(anyPolicy([lookup(source, options)]), signUp, memory().world);
    expect(answer).toEqual(result);
    expect(trace[0]?.evidence).toEqual(evidence && { notAsked: evidence });
  });

  it("leaves a finding if it continues", async () => {
    const source = crm(() => new NotAsked("untrusted"));
    const policy = anyPolicy([lookup(source, { only: ["extension_Tier"], untrusted: "leave-empty" })]);
    const { trace } = await decide(policy, person(), memory().world);
    expect(trace).toMatchObject([{ said: "continue", findings: { crm: "not-asked" }, evidence: { notAsked: "untrusted" } }]);
  });
});

it("rejects a typed value if the source's answer has the attribute but no value for it", async () =>
  expect(await answer({ city: "", state: "S", country: null } as never, {}, { city: "typed", country: "KR", jobTitle: "x" })).toEqual(
    notPermitted("city", "country"),
  ));

it.each<LookupOptions>([{}, { only: ["city"] }, { only: ["state"] }])(
  "records where it found the person, and none of the values: %p",
  async (options) => {
    const source = { ...crm(() => ({ city: "Busan" })), evidence: () => ({ contact: "4711" }) };
    const signUp = person({ attributes: { state: "S" } });
    const { trace } = await decide(anyPolicy([lookup(source, options)]), signUp, memory().world);
    expect(trace).toMatchObject([{ rule: "lookup", evidence: { contact: "4711" } }]);
  },
);

it.each<{ options: LookupOptions | undefined; asks: readonly string[] }>([
  { options: undefined, asks: [] },
  { options: { only: ["city"] }, asks: ["city"] },
])("asks people for $asks if it sets $options", ({ options, asks }) =>
  expect(
    lookup(
      crm(() => undefined),
      options,
    ).asks,
  ).toEqual(asks),
);
it("asks people for the attributes that its source needs", () =>
  expect(lookup({ ...crm(() => undefined), asks: ["jobTitle", "city"] }, { only: ["city"] }).asks).toEqual(["city", "jobTitle"]));

describe("a failing source", () => {
  const failing = (onFailure?: Source["onFailure"]) =>
    decide(
      anyPolicy([
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
  it("stops the sign-up if its author sets no option", async () => expect((await failing()).answer).toMatchObject({ reason: UNAVAILABLE }));
  it("stops nothing if its author allows failures", async () =>
    expect(await failing("continue")).toMatchObject({
      answer: { kind: "continue", attributes: {} },
      trace: [{ rule: "lookup", upstreamFailure, findings: { crm: "unavailable" } }],
    }));
});

describe("a lookup of profiles", () => {
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
    {
      given: "a person without a profile is stopped",
      identities: [{ issuer: "mail", issuerAssignedId: "lee@contoso.com" }],
      email: "lee@contoso.com",
      result: { kind: "block", ...refusal("lookup.not-found") },
    },
    {
      given: "a person whose address nobody vouches for keeps nothing of what they typed",
      identities: [],
      result: { kind: "block", ...refusal("lookup.address-unproven") },
    },
  ])("has the expected result: $given", async ({ identities, email = "kim@contoso.com", result }) => {
    const signUp = person({ email, identities, attributes: { extension_PartnerNumber: "P-9", city: "x" } });
    expect((await decide(anyPolicy([rule]), signUp, memory(rows).world)).answer).toEqual(result);
  });
});

it.each([
  { options: { only: [] }, says: "only is empty" },
  { options: { only: "city" }, says: "only must list short names" },
  { options: { only: [""] }, says: "lookup: each of only: write an attribute's short name" },
  { options: { only: ["email"] }, says: 'A rule cannot set "email"' },
  { options: { notFound: "deny" }, says: 'notFound must be one of "block", "ask-again", "leave-empty", "continue", not "deny"' },
  { options: { untrusted: "ask-again" }, says: 'untrusted must be one of "block", "leave-empty", "continue", not "ask-again"' },
  { options: { notFound: "leave-empty" }, says: 'notFound "leave-empty" needs only' },
])("rejects $options at load", ({ options, says }) =>
  expect(() =>
    lookup(
      crm(() => undefined),
      options as never,
    ),
  ).toThrow(says),
);
it("rejects a missing source at load", () => expect(() => lookup(undefined as never)).toThrow("lookup needs a source"));
