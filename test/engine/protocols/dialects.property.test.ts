import fc from "fast-check";
import * as v from "valibot";
import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Dialect } from "../../../engine/protocols/dialect";
import type { Decision } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { customExtension } from "../../../features/external-tenant/extension";
import { verifiedAddressClaim } from "../../../features/external-tenant/journey";
import {
  accessList,
  afterSignIn,
  approvalStatus,
  assign,
  type DecidingStep,
  format,
  lookup,
  onlyDomains,
  permittedValue,
  prefill,
  profiles,
  type Rule,
  requestApproval,
  upperCase,
  validate,
} from "../../../index";
import { anyPolicy } from "../../support/any-policy";
import { listed, memory, profile } from "../rules/memory-world";
import { hashOf, NOW } from "../sign-up/people";

// One policy, one person, three callers: whichever of Entra's dialects asks, the answer is the same, also where an external
// tenant tells the provider's word on the address before the form alone, and where nobody tells an address.

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const LONG = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";

interface Person {
  readonly email: string;
  readonly issuer: "google.com" | "facebook.com" | "mail";
  /** The provider does not tell the address. */
  readonly untold?: boolean;
  readonly city?: string;
  readonly code?: string;
  readonly seats?: number;
  readonly news?: boolean;
}

const isTold = ({ issuer, untold }: Person) => issuer === "mail" || !untold;
const identityOf = ({ issuer, email }: Person, local: object) =>
  issuer === "mail" ? { issuerAssignedId: email, ...local } : { signInType: "federated", issuer, issuerAssignedId: `id of ${email}` };

function flat(person: Person, identity: object): object {
  const { email, city, code, seats, news } = person;
  const custom = { [`${LONG}_Code`]: code, [`${LONG}_Seats`]: seats, [`${LONG}_News`]: news };
  return { ...(isTold(person) && { email }), identities: [identity], ui_locales: "ko-KR", city, ...custom };
}

/** @param told where the provider's word on the address stands: among the identities, or in the attribute alone */
function typed(person: Person, step: DecidingStep, told: "identity" | "attribute"): object {
  const { email, issuer, city, code, seats, news } = person;
  const cell = (type: string, value: unknown) => ({ "@odata.type": `microsoft.graph.${type}DirectoryAttributeValue`, value });
  const address = { signInType: "email", issuer: "contoso.onmicrosoft.com", issuerAssignedId: email };
  return {
    type: `microsoft.graph.authenticationEvent.attributeCollection${step === "after-sign-in" ? "Start" : "Submit"}`,
    data: {
      tenantId: TENANT,
      authenticationContext: { client: { locale: "ko-KR" }, correlationId: "one journey" },
      userSignUpInfo: {
        identities: [
          ...(issuer === "mail" ? [] : [{ signInType: "federated", issuer, issuerAssignedId: `id of ${email}` }]),
          ...(issuer === "mail" || (told === "identity" && isTold(person)) ? [address] : []),
        ],
        attributes: {
          email: cell("string", told === "attribute" && isTold(person) ? email : ""),
          city: cell("string", city ?? ""),
          country: cell("string", ""),
          [`${LONG}_Code`]: cell("string", code ?? ""),
          [`${LONG}_Seats`]: cell("int64", seats ?? null),
          [`${LONG}_News`]: cell("boolean", news ?? null),
        },
      },
    },
  };
}

const b2cSteps = { "after-sign-in": "PostFederationSignup", "before-create-user": "PostAttributeCollection" };
const local = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com" };

interface Caller {
  readonly dialect: Dialect;
  body(person: Person, step: DecidingStep): object;
  /** The event before the form has been asked. */
  readonly isJourney?: true;
}

const dialects: readonly Caller[] = [
  { dialect: apiConnector, body: (person) => flat(person, identityOf(person, { signInType: "federated", issuer: "mail" })) },
  { dialect: apiConnector, body: (person, step) => ({ step: b2cSteps[step], ...flat(person, identityOf(person, local)) }) },
  { dialect: customExtension({ tenantId: TENANT }), body: (person, step) => typed(person, step, "identity") },
  { dialect: customExtension({ tenantId: TENANT }), body: (person, step) => typed(person, step, "attribute"), isJourney: true },
];

const trust = ["mail", "google.com"];
const anywhere: readonly (() => Rule)[] = [
  () => accessList({ otherwise: "continue" }),
  () => accessList({ trust }),
  () => onlyDomains(["contoso.com"]),
  () => format({ city: upperCase }),
  () => assign({ country: "KR" }),
  () => prefill(profiles({ trust })),
  () => approvalStatus(),
];
const beforeCreation: readonly (() => Rule<"before-create-user">)[] = [
  ...anywhere,
  () =>
    validate(
      v.object({ extension_Seats: v.optional(v.pipe(v.number(), v.maxValue(20))), city: v.optional(v.pipe(v.string(), v.minLength(3))) }),
    ),
  () => permittedValue("extension_Code", { maxUses: 1, optional: true }),
  () => lookup(profiles({ trust }), { notFound: "block" }),
  () => lookup(profiles({ trust }), { only: ["extension_Code"] }),
  () => requestApproval({ then: "continue", unless: ({ findings }) => findings.listed === "allow", unproven: "block" }),
];

const person: fc.Arbitrary<Person> = fc.record(
  {
    email: fc.constantFrom("kim@contoso.com", "lee@gmail.com", "l.e.e+x@googlemail.com", "pat@fabrikam.com"),
    issuer: fc.constantFrom("google.com", "facebook.com", "mail"),
    city: fc.constantFrom("Busan", "ab"),
    code: fc.constantFrom("AAA", "aaa", "BBB", "CCC"),
    seats: fc.constantFrom(0, 20, 21),
    news: fc.boolean(),
    untold: fc.boolean(),
  },
  { requiredKeys: ["email", "issuer"] },
);
const entry = fc.record({
  entry: fc.constantFrom(
    "contoso.com",
    "kim@contoso.com",
    "lee@gmail.com",
    "issuer:mail",
    "issuer:google.com",
    "issuer:google.com/id of kim@contoso.com",
    "issuer:mail/kim@contoso.com",
    "*",
  ),
  effect: fc.constantFrom("allow", "deny"),
});
const known = fc.record({ extension_Code: fc.constantFrom("AAA", "BBB"), city: fc.constantFrom("Ulsan", "x") }, { requiredKeys: [] });

async function answersOf(
  step: DecidingStep,
  rules: readonly (() => Rule<"before-create-user">)[],
  who: Person,
  rows: readonly (readonly [RecordKey, Row])[],
) {
  const policy =
    step === "after-sign-in"
      ? afterSignIn(rules.map((rule) => rule()) as [Rule], { trust: "any" })
      : anyPolicy(rules.map((rule) => rule()) as [Rule]);
  return await Promise.all(
    dialects.map(async ({ dialect, body, isJourney }) => {
      const signUpAt = (moment: DecidingStep) => {
        const read = dialect.parse({ contentType: "application/json", body: JSON.stringify(body(who, moment)) }, moment);
        if (!read.ok) throw new Error(read.reason);
        return read.received;
      };
      const signUp = signUpAt(step);
      const { world } = memory(rows);
      const word = isJourney && verifiedAddressClaim(signUpAt("after-sign-in"), hashOf, NOW);
      if (word) await world.write(word, new AbortController().signal);
      const { answer, trace } = await decide(policy, signUp, { ...world, beginSearch: dialect.beginSearch });
      const carried = answer.kind === "continue" ? { kind: answer.kind, ...dialect.carry(answer.attributes, signUp) } : answer;
      return { answer: carried, said: trace.map((each: Decision["trace"][number]) => [each.rule, each.said, each.reasons, each.set]) };
    }),
  );
}

it("a person gets the same answer from the same policy in every dialect", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<DecidingStep>("after-sign-in", "before-create-user"),
      fc.uniqueArray(fc.nat(beforeCreation.length - 1), { minLength: 1, maxLength: 6 }),
      person,
      fc.array(entry, { maxLength: 4 }),
      known,
      async (step, order, who, entries, profileOf) => {
        const pool = step === "after-sign-in" ? anywhere : beforeCreation;
        const judgesOnly = (rule: () => Rule<"before-create-user">) => Number(rule().sets?.length === 0);
        const rules = order
          .map((index) => pool[index % pool.length] as () => Rule<"before-create-user">)
          .sort((one, other) => judgesOnly(one) - judgesOnly(other));
        const rows: (readonly [RecordKey, Row])[] = [
          ...entries.map((row) => [{ table: "accessList", key: { entry: row.entry } }, row] as const),
          ...["AAA", "BBB"].map((each) => [listed("extension_Code", each), {}] as const),
          [profile(who.email), profileOf],
        ];
        const answers = await answersOf(step, rules, who, rows).catch((error: unknown) => {
          // Nobody is asked by a policy that judges a value before it is set.
          expect(String(error)).toMatch(/TypeError: The policy for .* looks? at /);
          return [];
        });
        const [connector, ...others] = answers;
        for (const other of others) expect(other).toEqual(connector);
        const kind = connector?.answer.kind ?? "none";
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      },
    ),
    { numRuns: 800 },
  );
  // The property was not held by one kind of answer alone.
  for (const kind of ["continue", "block", "invalid"]) expect([kind, (seen.get(kind) ?? 0) > 20]).toEqual([kind, true]);
});
