import { decide } from "../../../engine/sign-up/engine";
import { AddressNeededError, UNAVAILABLE, UpstreamError } from "../../../engine/sign-up/failure";
import { afterSignIn, beforeCreateUser, beforeSendingToken } from "../../../engine/sign-up/policy";
import type { Attributes } from "../../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../../engine/sign-up/source";
import { accessList } from "../../../features/access-list/rule";
import { lookup } from "../../../features/lookup/rule";
import { permittedValue } from "../../../features/permitted-value/rule";
import { prefill } from "../../../features/profiles/prefill";
import { profiles } from "../../../features/profiles/profiles";
import { listed, memory, profile } from "../../engine/rules/memory-world";
import { saidBy } from "../../engine/rules/said-by";
import { person } from "../../engine/sign-up/people";

const upstreamFailure = { service: "crm", kind: "timeout" } as const;
const crm = (find: Source["find"], onFailure?: Source["onFailure"]): Source => ({
  name: "crm",
  uses: [{ service: "crm" }],
  find,
  ...(onFailure && { onFailure }),
});
const failing = () => {
  throw new UpstreamError(upstreamFailure);
};
const atSignIn = (source: Source) =>
  decide(afterSignIn([prefill(source)], { trust: "any" }), person({ step: "after-sign-in" }), memory().world);

it.each([
  {
    given: "what is known",
    find: async () => ({ city: "Seoul", extension_Code: "A" }),
    attributes: { city: "Seoul", extension_Code: "A" },
  },
  { given: "nothing for unknown people", find: () => undefined, attributes: {} },
  {
    given: "no attribute without a value",
    find: () => ({ city: undefined, state: null, country: "KR" }) as never,
    attributes: { country: "KR" },
  },
])("fills in $given", async ({ find, attributes }) => expect((await atSignIn(crm(find))).answer).toEqual({ kind: "continue", attributes }));

it.each<{ given: string; known: Attributes; attributes: Attributes }>([
  { given: "a number for a built-in attribute", known: { postalCode: 98101 }, attributes: { postalCode: "98101" } },
  { given: "a number for one's own", known: { extension_Level: 3 }, attributes: { extension_Level: 3 } },
])("sends Entra a value of the right type: $given", async ({ known, attributes }) =>
  expect((await atSignIn(crm(() => known))).answer).toEqual({ kind: "continue", attributes }),
);

it.each<{ known: unknown }>([
  { known: { city: true } },
  { known: { city: ["Seoul"] } },
  { known: { displayName: { first: "Kim" } } },
  { known: { postalCode: Number.NaN } },
  { known: { extension_Level: Number.NaN } },
  { known: { extension_Level: () => 3 } },
  { known: { displayName: "Kim\u0000" } },
  { known: { displayName: "\u001b[31mKim" } },
  { known: { displayName: "a\ud800" } },
  { known: { extension_Team: ["a"] } },
  { known: { extension_Team: { a: "b" } } },
  { known: { "": "x" } },
  { known: JSON.parse('{"__proto__":"x"}') },
  { known: { extension_Notes: "x".repeat(65_536) } },
  { known: "Seoul" },
  { known: ["Seoul"] },
  { known: null },
])("treats a source as failed if it finds $known", async ({ known }) =>
  expect(await atSignIn(crm(() => known as Attributes, "continue"))).toMatchObject({
    answer: { kind: "continue", attributes: {} },
    trace: [{ upstreamFailure: { service: "crm", kind: expect.stringMatching(/^(unexpected|too-large)$/) } }],
  }),
);

it.each<{ given: string; known: Attributes; attributes: Attributes }>([
  { given: "an empty text", known: { city: "", state: " \n", extension_A: "" }, attributes: {} },
  {
    given: "a line break",
    known: { jobTitle: "Buyer\r\n", displayName: "Kim \n\t Lee", extension_A: "a\nb" },
    attributes: { jobTitle: "Buyer", displayName: "Kim Lee", extension_A: "a b" },
  },
  {
    given: "several lines of an address",
    known: { streetAddress: "1 Main St\nFloor 2" },
    attributes: { streetAddress: "1 Main St\nFloor 2" },
  },
  { given: "white space on one line", known: { jobTitle: " Buyer  " }, attributes: { jobTitle: " Buyer  " } },
])("passes on values that a form can hold: $given", async ({ known, attributes }) =>
  expect((await atSignIn(crm(() => known))).answer).toEqual({ kind: "continue", attributes }),
);

it.each([
  { find: () => undefined, said: { findings: { crm: "not-found" } } },
  { find: () => new NotAsked("missing", "jobTitle"), said: { findings: { crm: "not-asked" }, evidence: { notAsked: "missing jobTitle" } } },
  { find: () => new NotAsked("untrusted"), said: { findings: { crm: "not-asked" }, evidence: { notAsked: "untrusted" } } },
])("fills in nothing and gives the reason: $said", async ({ find, said }) => {
  const { answer, trace } = await atSignIn(crm(find));
  expect(answer).toEqual({ kind: "continue", attributes: {} });
  expect(trace).toEqual([{ rule: "prefill", said: "continue", ...said }]);
});

it("continues without a failing source if its author allows that, and records it", async () =>
  expect(await atSignIn(crm(failing, "continue"))).toMatchObject({
    answer: { kind: "continue", attributes: {} },
    trace: [{ rule: "prefill", said: "continue", upstreamFailure, findings: { crm: "unavailable" } }],
  }));

it.each([
  { given: "a failure", source: crm(failing, "block") },
  { given: "a failure, where its author says nothing", source: crm(failing) },
  {
    given: "a defect",
    source: crm(() => {
      throw new TypeError("x");
    }, "continue"),
  },
])("blocks the person on $given", async ({ source }) =>
  expect(await atSignIn(source)).toMatchObject({ answer: { kind: "block", reason: UNAVAILABLE }, failure: { rule: "prefill" } }),
);

it.each(["email", "identities", "action", "userMessage"])("treats a source as failed if it sets %s", async (name) => {
  const unexpected = { service: "crm", kind: "unexpected" };
  const find = () => ({ city: "Seoul", [name]: "x" });
  expect(await atSignIn(crm(find))).toMatchObject({
    answer: { reason: UNAVAILABLE },
    trace: [{ said: "failed", upstreamFailure: unexpected }],
  });
  expect(await atSignIn(crm(find, "continue"))).toMatchObject({
    answer: { kind: "continue", attributes: {} },
    trace: [{ upstreamFailure: unexpected }],
  });
});

it("records how a profile was found and which attributes it set, but none of its values", async () => {
  const { world } = memory([[profile("kim@contoso.com"), { city: "Busan" }]]);
  const policy = afterSignIn([prefill(profiles())], { trust: ["entra"] });
  const { answer, trace } = await decide(policy, person({ step: "after-sign-in" }), world);
  expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan" } });
  expect(trace).toEqual([{ rule: "prefill", said: "continue", evidence: { profile: "address" }, set: ["city"] }]);
});

it("passes on only the attributes that its option lists: another column, such as salary, becomes no claim", async () => {
  const columns = { company: "Contoso", roles: ["buyer", "auditor"], salary: 90_000 };
  const sent = person({ step: "before-sending-token", source: "external-tenant" });
  const rows = memory([[profile("kim@contoso.com"), columns]]).world;
  const source = profiles({ trust: ["entra"] });
  const claims = async (rule: ReturnType<typeof prefill>) => {
    const { answer } = await decide(beforeSendingToken([rule], { trust: ["entra"] }), sent, rows);
    return answer.kind === "continue" ? answer.attributes : answer;
  };
  expect(await claims(prefill(source))).toEqual(columns);
  expect(await claims(prefill(source, { only: ["company", "roles"] }))).toEqual({ company: "Contoso", roles: ["buyer", "auditor"] });
  expect(prefill(source, { only: ["company"] }).sets).toEqual(["company"]);
});

it("needs the tables and services of its source", () => {
  expect(prefill(profiles({ trust: [] })).uses).toEqual([{ table: "profiles", access: "read" }]);
  expect(prefill(crm(failing)).uses).toEqual([{ service: "crm" }]);
});

it.each([{ source: undefined }, { source: {} }, { source: { find: () => undefined } }])("rejects $source at load", ({ source }) =>
  expect(() => prefill(source as never)).toThrow("prefill needs a source"),
);

it("shares one read with the access list, profiles, permitted values, codes and the engine's rows", async () => {
  const { world, reads } = memory([
    [profile("kim@contoso.com"), { city: "Busan" }],
    [listed("countries", "KR"), {}],
    [listed("extension_Code", "abc"), {}],
  ]);
  const trust = ["entra"];
  const policy = beforeCreateUser(
    [
      accessList({ otherwise: "continue" }),
      lookup(profiles({ trust }), { only: ["city"] }),
      permittedValue("country", { list: "countries" }),
      permittedValue("extension_Code", { maxUses: 1 }),
    ],
    { trust: "any" },
  );
  const replayLookup = [{ table: "decisions" as const, key: { id: "1" } }];
  const signUp = person({ attributes: { city: "x", country: "kr", extension_Code: "ABC" } });
  const { answer } = await decide(policy, signUp, { ...world, replayLookup });
  expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan", country: "KR", extension_Code: "abc" } });
  expect(reads).toHaveLength(1);
  expect(new Set(reads[0]?.map(({ table }) => table))).toEqual(new Set(["accessList", "profiles", "referenceData", "ledger", "decisions"]));
});

it("continues and records the reason if its source needs an address and there is none", async () => {
  const source: Source = {
    name: "crm",
    uses: [],
    find() {
      throw new AddressNeededError();
    },
  };
  expect(await saidBy(prefill(source), person({ email: "" }))).toStrictEqual({
    kind: "continue",
    findings: { crm: "not-asked" },
    evidence: { notAsked: "missing email" },
  });
});
