import * as v from "valibot";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn, beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import type { Row } from "../../../engine/sign-up/rule";
import type { Identity, SignUp } from "../../../engine/sign-up/sign-up";
import { type AdmitOptions, admit } from "../../../features/admit/preset";
import { invitePerson } from "../../../features/approvals/invite-person";
import { requestKey } from "../../../features/approvals/request";
import { addedPartner } from "../../../features/partners/change";
import { validate } from "../../../features/validate/rule";
import { listed, memory } from "../../engine/rules/memory-world";
import { hashOf, NOW, person } from "../../engine/sign-up/people";
import { alice, rowOf } from "../approvals/requests";

// Every combination of options, whoever comes, at both steps and from every kind of tenant.

const CODE = "extension_InvitationCode";
const HANDED_OUT = "BBBB-4444-DDDD";

type Way = "listed" | "domains" | "subdomains" | "partners" | "address" | "code";
type Tenant = SignUp["source"];
type By = "mail" | "google" | "facebook" | "typed";

interface Visitor {
  readonly who: string;
  readonly email: string;
  readonly by?: By;
  readonly code?: string;
  readonly isDenied?: true;
  /** By what they get in, if the options name it. */
  readonly ways: readonly Way[];
  /** With it, a wrong code is asked again unless another way lets them in. */
  readonly isWrongCode?: true;
}

const visitors: readonly Visitor[] = [
  { who: "a listed person", email: "lee@adatum.com", ways: ["listed"] },
  { who: "a listed person, by Google", email: "lee@adatum.com", by: "google", ways: ["listed"] },
  { who: "a listed person, unproven", email: "lee@adatum.com", by: "facebook", ways: [] },
  { who: "a listed person, typed", email: "lee@adatum.com", by: "typed", ways: [] },
  { who: "a listed account", email: "ann@northwind.com", by: "google", ways: ["listed"] },
  { who: "a listed person with a wrong code", email: "lee@adatum.com", code: "XXXX", ways: ["listed"], isWrongCode: true },
  { who: "a denied person", email: "eve@northwind.com", isDenied: true, ways: [] },
  {
    who: "a denied person of the domain, who is a partner and invited",
    email: "eve@contoso.com",
    isDenied: true,
    code: HANDED_OUT,
    ways: ["domains", "partners", "address", "code"],
  },
  { who: "a denied person, unproven", email: "eve@contoso.com", by: "facebook", isDenied: true, ways: [] },
  { who: "a person of the domain", email: "kim@contoso.com", ways: ["domains", "partners"] },
  { who: "a person of the domain, unproven", email: "kim@contoso.com", by: "facebook", ways: [] },
  { who: "a person of the domain, typed", email: "kim@contoso.com", by: "typed", ways: [] },
  { who: "a person of a subdomain", email: "kim@eu.contoso.com", ways: ["subdomains"] },
  { who: "a partner's person", email: "pat@fabrikam.com", ways: ["partners"] },
  { who: "a partner's person, unproven", email: "pat@fabrikam.com", by: "facebook", ways: [] },
  { who: "an invited person", email: "ida@woodgrove.com", ways: ["address"] },
  { who: "an invited person, unproven", email: "ida@woodgrove.com", by: "facebook", ways: [] },
  { who: "an invited person, unproven, with the code", email: "ida@woodgrove.com", by: "facebook", code: "QH7K-93FN-XAMT", ways: ["code"] },
  { who: "somebody with a code", email: "cole@gmail.com", code: HANDED_OUT, ways: ["code"] },
  { who: "somebody with a wrong code", email: "cole@gmail.com", code: "XXXX", ways: [], isWrongCode: true },
  { who: "somebody with free mail", email: "mia@gmail.com", ways: [] },
  { who: "nobody in particular", email: "una@northwind.com", ways: [] },
];

const tenants: readonly Tenant[] = ["b2b", "b2c", "external-tenant"];

function identitiesOf({ email, by = "mail" }: Visitor, tenant: Tenant): readonly Identity[] {
  const federated = (issuer: string) => [{ signInType: "federated", issuer, issuerAssignedId: issuer === "google.com" ? email : "9" }];
  if (by === "google") return federated("google.com");
  if (by === "facebook") return federated("facebook.com");
  if (by === "typed") return federated("google.com");
  if (tenant === "b2b") return [{ signInType: "federated", issuer: "mail", issuerAssignedId: email }];
  return [{ signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: email }];
}

function signUpOf(visitor: Visitor, step: "after-sign-in" | "before-create-user", tenant: Tenant): SignUp {
  const { email, by, code } = visitor;
  return person({
    step,
    source: tenant,
    email,
    identities: identitiesOf(visitor, tenant),
    ...(by === "typed" && { emailTyped: true }),
    attributes: { displayName: "Kim", ...(code !== undefined && step === "before-create-user" && { [CODE]: code }) },
  });
}

const entry = (name: string, effect: "allow" | "deny") => [{ table: "accessList", key: { entry: name } }, { effect }] as const;
const invitation = (email: string) => {
  const row = rowOf(invitePerson(undefined, { email }, { by: alice, code: "QH7K-93FN-XAMT", days: 14 }, hashOf, NOW));
  return [requestKey(row.id), row as unknown as Row] as const;
};
const partner = (domain: string) =>
  [
    { table: "decisions", key: { reference: "partner", id: domain } },
    { ...addedPartner({ domain, token: "t", by: "lee" }, NOW), state: "proven", until: undefined },
  ] as const;
const rows = [
  entry("lee@adatum.com", "allow"),
  entry("issuer:google.com/ann@northwind.com", "allow"),
  entry("eve@northwind.com", "deny"),
  entry("eve@contoso.com", "deny"),
  invitation("ida@woodgrove.com"),
  invitation("eve@contoso.com"),
  partner("contoso.com"),
  partner("fabrikam.com"),
  [listed(CODE, HANDED_OUT), { note: "handed out" }] as const,
];

const yesOrNo = [false, true] as const;
const everyCombination: readonly AdmitOptions[] = (["approval", "waitlist", "block", "continue"] as const).flatMap((everyoneElse) =>
  yesOrNo.flatMap((isListed) =>
    [undefined, false, true].flatMap((subdomains) =>
      yesOrNo.flatMap((partners) =>
        [false, true, { by: ["address" as const] }, { by: ["code" as const], lasts: "14d" as const }].map((invited) => ({
          everyoneElse,
          trust: ["mail", "google.com"],
          listed: isListed,
          ...(subdomains !== undefined && { domains: ["contoso.com"], subdomains }),
          partners,
          invited,
        })),
      ),
    ),
  ),
);
const hasWayIn = ({ listed: isListed, domains, partners, invited }: AdmitOptions) =>
  isListed === true || domains !== undefined || partners === true || invited !== false;
const isMade = (options: AdmitOptions) =>
  options.everyoneElse === "waitlist" ? options.invited !== false : options.everyoneElse !== "block" || hasWayIn(options);

/** The ways in that options name. */
function waysOf({ listed: isListed, domains, subdomains, partners, invited }: AdmitOptions): readonly Way[] {
  const by = typeof invited === "object" ? (invited.by ?? []) : invited ? (["address", "code"] as const) : [];
  return [
    ...(isListed ? ["listed" as const] : []),
    ...(domains ? ["domains" as const] : []),
    ...(domains && subdomains ? ["subdomains" as const] : []),
    ...(partners ? ["partners" as const] : []),
    ...by,
  ];
}

/** The rule that refuses everybody else. */
function lastOf({ listed: isListed, domains, partners, invited }: AdmitOptions): string {
  if (invited) return "invited";
  if (partners) return "partners";
  if (domains) return "only-domains";
  return isListed ? "access-list" : "none";
}

type Outcome = "in" | `${"block" | "invalid"} ${string}`;

function expected(visitor: Visitor, options: AdmitOptions, step: SignUp["step"]): Outcome {
  const { everyoneElse, invited } = options;
  if (visitor.isDenied) return "block access-list";
  const open = waysOf(options);
  if (visitor.ways.some((way) => open.includes(way) || (way === "domains" && open.includes("subdomains")))) return "in";
  if (step === "after-sign-in") return everyoneElse === "block" && !invited ? `block ${lastOf(options)}` : "in";
  if (visitor.isWrongCode && open.includes("code")) return "invalid invited";
  // Who shows a code that was handed out proves the address, too.
  if (everyoneElse === "continue") return "in";
  return everyoneElse === "block" ? `block ${lastOf(options)}` : "block request-approval";
}

async function outcomeOf(policy: Policy, signUp: SignUp): Promise<Outcome> {
  const { answer, decidedBy, failure } = await decide(policy, signUp, memory(rows).world);
  expect(failure).toBeUndefined();
  return answer.kind === "continue" ? "in" : `${answer.kind} ${decidedBy}`;
}

const asText = ({ trust: _, ...options }: AdmitOptions) => JSON.stringify(options);
const form = validate(v.object({ displayName: v.string() }));

describe.each(everyCombination.filter(isMade).map((options) => ({ name: asText(options), options })))("admit($name)", ({ options }) => {
  const who = admit(options);
  const open = options.everyoneElse === "continue" ? { admitsEverybody: "A public newsletter." } : {};
  const policies = { "after-sign-in": afterSignIn([...who]), "before-create-user": beforeCreateUser([...who, form], open) } as const;

  it.each(tenants)("gives everybody at %s the expected outcome; a refusal after sign-in is repeated at the next step", async (tenant) => {
    const found: string[] = [];
    const wanted: string[] = [];
    for (const visitor of visitors) {
      const outcomes = [];
      for (const step of ["after-sign-in", "before-create-user"] as const) {
        const outcome = await outcomeOf(policies[step], signUpOf(visitor, step, tenant));
        found.push(`${visitor.who}, ${step}: ${outcome}`);
        wanted.push(`${visitor.who}, ${step}: ${expected(visitor, options, step)}`);
        outcomes.push(outcome);
      }
      const [first, later] = outcomes;
      if (first !== "in") expect(`${visitor.who}: ${later}`).toBe(`${visitor.who}: ${first}`);
    }
    expect(found).toEqual(wanted);
  });
});

it("admit is refused if nobody could get in, or nobody could leave the waiting list", () => {
  const refused = everyCombination.filter((options) => !isMade(options));
  expect(refused.length).toBeGreaterThan(10);
  for (const options of refused) expect(() => admit(options)).toThrow(TypeError);
});
