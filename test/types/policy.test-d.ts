// Checked by the compiler alone: each line says what compiles and what must not.
import {
  accessList,
  admit,
  afterSignIn,
  approval,
  approvalClaims,
  approvalStatus,
  ask,
  assign,
  beforeCreateUser,
  beforeSendingToken,
  block,
  defineRule,
  experian,
  format,
  notDomains,
  onlyDomains,
  type Policy,
  pass,
  permittedValue,
  prefill,
  profiles,
  type Rule,
  type RuleContext,
  requestApproval,
  type SignUp,
  type Step,
  service,
  shadow,
  titleCase,
  upperCase,
  validate,
  verifyIdentity,
} from "entra-gatehouse";
import * as v from "valibot";

import type { MisplacedRules } from "../../features/rules";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_ extends true>() => undefined;
const none = <_ extends never>() => undefined;

const schema = v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)) });
const asking = defineRule("asking", () => ask({ city: "Closed." }));
const refusing = defineRule("refusing", () => block("closed"));

// The policy of the design.
is<Equal<typeof designed, Policy<"before-create-user">>>();
const designed = beforeCreateUser(
  [
    format({ displayName: titleCase, city: titleCase }),
    accessList({ otherwise: "continue" }),
    validate(schema),
    permittedValue("extension_PartnerNumber"),
    verifyIdentity(experian(), { review: "continue" }),
    requestApproval({ unless: ({ findings }) => findings.listed === "allow" }),
  ],
  { trust: "any" },
);
afterSignIn([accessList(), approvalStatus(), prefill(profiles({ trust: ["mail"] }))], { trust: "any" });

// Before a token is sent nobody can be stopped.
const adding = defineRule("adding", () => pass({ attributes: { tier: "gold" } }), { sets: ["tier"] });
is<Equal<typeof adding, Rule<Step>>>();
beforeSendingToken([adding, assign({ extension_Portal: "partners" }), prefill(profiles()), approvalClaims({ at: "decidedAt" })], {
  trust: [],
});
beforeSendingToken([shadow(refusing)]);
// One that stops nobody fits everywhere.
afterSignIn([adding]);
beforeCreateUser([adding]);
// @ts-expect-error can answer "block"
beforeSendingToken([refusing]);
// @ts-expect-error can answer "block"
beforeSendingToken([onlyDomains(["contoso.com"])], { trust: "any" });
// @ts-expect-error can answer "block"
beforeSendingToken([accessList({ otherwise: "continue" })], { trust: "any" });
// @ts-expect-error can answer "invalid"
beforeSendingToken([asking]);

// @ts-expect-error no rule
beforeSendingToken([]);

// A preset fits both steps of a sign-up, each of which takes its own rules of it.
const who = admit({ listed: true, domains: ["contoso.com"], invited: { lasts: "14d" }, everyoneElse: "approval", trust: ["mail"] });
afterSignIn([...who]);
beforeCreateUser([format({ displayName: titleCase }), ...who, validate(schema)]);
// A list may be put together elsewhere; an empty one is told where it is loaded.
const inBothSteps = [notDomains(["consumer"]), ...who];
afterSignIn([...inBothSteps]);
beforeCreateUser(inBothSteps);
// @ts-expect-error nobody is refused before a token is sent
beforeSendingToken([...who]);
// @ts-expect-error the list is not written out
beforeCreateUser([who]);
// @ts-expect-error nobody says what happens to everybody else
admit({ listed: true, trust: ["mail"] });
// @ts-expect-error nobody says whose word counts
admit({ listed: true, everyoneElse: "block" });
// @ts-expect-error everyoneElse says it
admit({ invited: { otherwise: "block" }, everyoneElse: "block", trust: ["mail"] });

// A rule only narrows the step's trust.
// @ts-expect-error any provider's
accessList({ trust: "any" });
// Submission a vendor, permitted values and requests belong where the form was filled in.
// @ts-expect-error can answer "invalid"
afterSignIn([verifyIdentity(experian())]);
// @ts-expect-error can answer "invalid"
afterSignIn([permittedValue("extension_PartnerNumber")]);
// @ts-expect-error before creating the user alone
afterSignIn([requestApproval()], { trust: ["mail", "google.com"] });
// @ts-expect-error one of the two
requestApproval({ unless: () => true, when: () => true });
// @ts-expect-error no such consequence
verifyIdentity(experian(), { review: "allow" });

// An empty policy lets everyone in.
// @ts-expect-error no rule
afterSignIn([]);
// @ts-expect-error no rule
beforeCreateUser([]);

// After sign-in there is no form to go back to.
// @ts-expect-error validate can answer "invalid"
afterSignIn([validate(schema)]);
// @ts-expect-error so can a rule of one's own
afterSignIn([asking]);
// @ts-expect-error one of several is enough
afterSignIn([accessList(), asking], { trust: "any" });
// @ts-expect-error written in place, too
afterSignIn([{ name: "asking", decide: () => ({ kind: "invalid", problems: [{ reason: "x" }] }) }]);
// @ts-expect-error later is no better
afterSignIn([{ name: "asking", decide: async () => ({ kind: "invalid", problems: [{ reason: "x" }] }) }]);
// @ts-expect-error a rule for any step cannot answer "invalid"
const anywhere: Rule = asking;
beforeCreateUser([validate(schema), asking, refusing]);

// In shadow any rule fits anywhere.
afterSignIn([shadow(validate(schema)), shadow(asking), refusing]);
beforeCreateUser([shadow(validate(schema))]);

// A rule that fits both steps, its parameters inferred.
const hours = defineRule(
  "hours",
  (context) => {
    // It declares no service.
    is<Equal<typeof context, RuleContext<never>>>();
    is<Equal<typeof context.signUp, SignUp>>();
    return context.now.getUTCHours() < 8 ? block("hours.closed") : pass({ findings: { early: true } });
  },
  {
    needs: ({ signUp }) => {
      is<Equal<typeof signUp, SignUp>>();
      return [{ table: "accessList", key: { entry: signUp.email } }];
    },
  },
);
is<Equal<typeof hours, Rule>>();
afterSignIn([hours, onlyDomains(["contoso.com"], { subdomains: true }), assign({ country: "KR" })], { trust: "any" });
beforeCreateUser([hours, format({ extension_Code: upperCase, city: (text) => text.trim() })]);

// One that asks back, its parameters inferred as well.
const asksBack = defineRule(
  "asks-back",
  async ({ signUp: { attributes }, signal }) => {
    signal.throwIfAborted();
    if (attributes.city === "Atlantis") return ask({ city: { en: "No." } });
    return pass({ attributes: { city: "Busan" } });
  },
  { sets: ["city"] },
);
is<Equal<typeof asksBack, Rule<"before-create-user">>>();

// One that refers people, which only the last step does.
const refers = defineRule("refers", ({ signUp }) => (signUp.email.endsWith(".kr") ? pass() : approval("abroad")));
is<Equal<typeof refers, Rule<"before-create-user">>>();

// One that calls a service: its name and the values of its path are known, and so is the answer.
const crm = service("crm", { url: "https://crm.contoso.com" });
defineRule(
  "calls",
  async ({ signUp: { email }, services }) => {
    const answer = v.object({ active: v.boolean() });
    const found = await services.call("crm", { path: "/people/{email}", params: { email }, schema: answer });
    is<Equal<typeof found, { active: boolean }>>();
    const perhaps = await services.call("crm", { path: "/people", query: { email }, schema: answer, absent: [404] });
    is<Equal<typeof perhaps, { active: boolean } | undefined>>();
    const told = await services.call("crm", { method: "POST", path: "/people", json: { email } });
    is<Equal<typeof told, true>>();
    // @ts-expect-error no service of that name
    await services.call("crmm", { path: "/people" });
    // @ts-expect-error no value for email
    await services.call("crm", { path: "/people/{email}" });
    // @ts-expect-error a value for nothing
    await services.call("crm", { path: "/people", params: { email } });
    // @ts-expect-error no such option
    await services.call("crm", { path: "/people", timeout: 3 });
    return pass();
  },
  { uses: [crm, { table: "ledger", access: "read" }], needs: ({ signUp }) => [{ table: "ledger", key: { id: signUp.email } }] },
);
// @ts-expect-error it declares none
defineRule("x", async ({ services }) => ((await services.call("crm", { path: "/" })) ? pass() : pass()));
const named = [{ service: "crm" }] as const;
// @ts-expect-error a system that is only named cannot be called
defineRule("x", async ({ services }) => ((await services.call("crm", { path: "/" })) ? pass() : pass()), { uses: named });

// In features/rules.ts, the `steps` of a rule are those it compiles at.
none<MisplacedRules>();

// What cannot be an answer.
// @ts-expect-error no such answer
defineRule("x", () => ({ kind: "continue" }));
// @ts-expect-error nothing is no answer
defineRule("x", ({ now }) => (now.getDay() === 0 ? block("x.closed") : undefined));
// @ts-expect-error an answer is made by a call
defineRule("x", () => pass);
// @ts-expect-error a block says why
defineRule("x", () => block());
// @ts-expect-error a rule has a name
defineRule(() => pass());
// @ts-expect-error no such table
defineRule("x", () => pass(), { needs: () => [{ table: "nowhere", key: { id: "1" } }] });
// @ts-expect-error no such declaration
defineRule("x", () => pass(), { requires: ["referred"] });
// @ts-expect-error a list
defineRule("x", () => pass(), { sets: "city" });
// @ts-expect-error a rule cannot take an attribute away
assign({ city: null });
// @ts-expect-error neither allow nor deny
accessList({ otherwise: "allow" });
// @ts-expect-error no such class
accessList({ classes: ["vpn"] });

// A policy is made for one step.
// @ts-expect-error the other step's
const swapped: Policy<"after-sign-in"> = designed;

export { anywhere, swapped };
