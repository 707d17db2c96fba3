import * as v from "valibot";
import { makeRule } from "../../../engine/sign-up/rule";
import {
  accessList,
  assign,
  beforeCreateUser,
  beforeSendingToken,
  limit,
  lookup,
  minimumAge,
  oneAccount,
  onlyDomains,
  permittedValue,
  prefill,
  profiles,
  requestApproval,
  type Source,
  shadow,
  validate,
} from "../../../index";

const own = (name: string, more: object = {}) => makeRule({ name, decide: () => ({ kind: "continue" }), ...more });
const city = validate(v.object({ city: v.string() }));
const anything = lookup(profiles({ trust: ["mail"] }));
const company = lookup(profiles({ trust: ["mail"] }), { only: ["companyName"] as never });
const code = permittedValue("extension_Code" as never);
const crm: Source = { name: "crm", uses: [], find: () => undefined };
const twoAsked: Source = { name: "crm", uses: [], asks: ["state", "country"], find: () => undefined };
const badge: Source = { name: "badges", uses: [], asks: ["extension_Badge"], find: () => undefined };

const load = (...rules: readonly unknown[]) => beforeCreateUser([onlyDomains(["contoso.com"]), ...rules] as never, { trust: "any" });

it.each<{ rules: readonly unknown[]; says: string }>([
  {
    rules: [city, own("tidy", { sets: ["city"] })],
    says: "validate looks at city, which tidy, after it, sets: people could get in with a value that validate never saw. Write tidy before validate.",
  },
  {
    rules: [own("first"), own("second", { sets: ["city"] })],
    says: "first may look at city, which second, after it, sets: people could get in with a value that first never saw. Write second before first, or say what first looks at (reads: [] for no attribute).",
  },
  {
    rules: [own("first", { sets: ["state"] }), own("second", { sets: ["city"] })],
    says: "first may look at city, which second, after it, sets: people could get in with a value that first never saw. Say what first looks at (reads: [] for no attribute).",
  },
  {
    rules: [accessList(), city, anything],
    says: "validate looks at city, which lookup, after it, may set: people could get in with a value that validate never saw. Write lookup before validate, or say what lookup sets (only: […]).",
  },
  {
    rules: [code, validate(v.object({ extension_Code: v.string() })), permittedValue("extension_Code" as never, { list: "others" })],
    says: "permitted-value is there twice for extension_Code, and each would judge what the other sets: keep one of them.",
  },
  {
    rules: [permittedValue("jobTitle" as never, { source: crm }), permittedValue("city" as never, { source: crm })],
    says: 'permitted-value of jobTitle may look at an attribute that permitted-value of city, after it, may set: people could get in with a value that permitted-value of jobTitle never saw. Say what permitted-value of city sets (only: ["city"]).',
  },
  {
    rules: [lookup(badge, { only: ["city"] as never }), own("badges", { reads: [], sets: ["extension_Badge"] })],
    says: "lookup looks at extension_Badge, which badges, after it, sets: people could get in with a value that lookup never saw. Write badges before lookup.",
  },
  {
    rules: [own("asking", { asks: ["city"] }), own("tidy", { reads: [], sets: ["city"] })],
    says: "asking looks at city, which tidy, after it, sets: people could get in with a value that asking never saw. Write tidy before asking, or say what asking looks at (reads: [] for no attribute).",
  },
  {
    rules: [city, lookup(twoAsked)],
    says: 'validate looks at city, which lookup, after it, may set: people could get in with a value that validate never saw. Write lookup before validate, or say what lookup sets (only: ["state", "country"]).',
  },
  {
    rules: [city, own("any", { reads: [], sets: ["*"] })],
    says: "validate looks at city, which any, after it, may set: people could get in with a value that validate never saw. Write any before validate, or say what any sets (only: […]).",
  },
  {
    rules: [
      own("twin", { asks: ["city"], reads: [], sets: [] }),
      own("twin", { asks: ["state"], reads: [], sets: ["city"] }),
      own("twin", { asks: ["state"], reads: [], sets: [] }),
    ],
    says: "twin of city looks at city, which twin (2 of 3), after it, sets: people could get in with a value that twin of city never saw. Write twin (2 of 3) before twin of city.",
  },
  {
    rules: [own("twin", { asks: ["city"], reads: [], sets: [] }), own("twin", { reads: [], sets: ["city"] })],
    says: "twin of city looks at city, which twin (2 of 2), after it, sets: people could get in with a value that twin of city never saw. Write twin (2 of 2) before twin of city.",
  },
])("a policy is refused if a rule judges a value before a later rule sets it: $says", ({ rules, says }) =>
  expect(() => load(...rules)).toThrow(new TypeError(`The policy for before-create-user: ${says}`)),
);

it.each<{ why: string; rules: readonly unknown[] }>([
  { why: "it is set first", rules: [anything, city, own("judges", { sets: [] })] },
  { why: "another attribute is set", rules: [city, company] },
  {
    why: "the rules before look at no attribute",
    rules: [accessList(), oneAccount(), limit({ by: "gate", windows: [{ max: 1, per: "1h" }] }), anything],
  },
  { why: "the rules before say that they look at none", rules: [own("hours", { reads: [] }), anything] },
  { why: "nobody says what the rules look at and set", rules: [own("first"), own("second")] },
  {
    why: "the one before asks for what it sets itself",
    rules: [own("asking", { asks: ["city"], reads: [], sets: ["city"] }), own("tidy", { reads: [], sets: ["city"] })],
  },
  { why: "the one before sets and does not judge", rules: [prefill(profiles({ trust: [] })), anything] },
  { why: "it is set before any rule decides", rules: [city, assign({ city: "Seoul" })] },
  { why: "the rule that sets it only reports", rules: [city, shadow(anything as never)] },
  { why: "the rule that judges it only reports", rules: [shadow(city as never), anything] },
  {
    why: "what was approved is put back first",
    rules: [city, code, minimumAge("extension_Born" as never, { years: { default: 16 } }), requestApproval()],
  },
])("a policy is accepted if $why", ({ rules }) => expect(() => load(...rules)).not.toThrow(/looks? at/));

it("a rule for before-sending-token must declare reads if it declares sets", () =>
  expect(() => beforeSendingToken([own("first", { sets: ["a"] }), own("second", { sets: ["b"] })] as never)).toThrow(
    "The policy for before-sending-token: first may look at b, which second, after it, sets: people could get in with a value that first never saw. Say what first looks at (reads: [] for no attribute).",
  ));
