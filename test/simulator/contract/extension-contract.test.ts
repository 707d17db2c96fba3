import fc from "fast-check";
import type { Step } from "../../../engine/sign-up/sign-up";
import { evaluateExchange } from "../../../simulator/client/visit";
import { contracts, findBreaches } from "../../../simulator/contract/contract";
import { readAnswer } from "../../../simulator/contract/rule";
import { fixture } from "../../fixtures";
import { acting, answering, letThrough } from "../extension-endpoint";

const START = "after-sign-in";
const SUBMIT = "before-create-user";
const SUBMIT_ACTIONS = "microsoft.graph.attributeCollectionSubmit";
const TOKEN = "before-sending-token";
const requests: Readonly<Record<Step, string>> = {
  [START]: "extension/attribute-collection-start",
  [SUBMIT]: "extension/attribute-collection-submit",
  [TOKEN]: "extension/token-issuance-start",
};
const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_SeatCount";
const NEWS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_AcceptsNewsletter";

function exchange(step: Step, { status = 200, body = "" as unknown, contentType = "application/json" }) {
  const answer = { status, contentType, body: typeof body === "string" ? body : JSON.stringify(body) };
  const asked = { tenant: "external-tenant", step, url: "https://gate.example.com", request: fixture(requests[step]) } as const;
  return { ...asked, attempts: [{ durationMs: 1, answer }] };
}

it.each([
  { step: START, reply: letThrough(START) },
  { step: START, reply: acting(START, "setPrefillValues", { inputs: { city: "Lyon", [SEATS]: 5, [NEWS]: true } }) },
  { step: START, reply: acting(START, "showBlockPage") },
  { step: SUBMIT, reply: letThrough(SUBMIT) },
  { step: SUBMIT, reply: acting(SUBMIT, "modifyAttributeValues", { attributes: { city: "Lyon" } }) },
  { step: SUBMIT, reply: acting(SUBMIT, "showValidationError", { message: "?", attributeErrors: { city: "Which?" } }) },
  { step: SUBMIT, reply: acting(SUBMIT, "showBlockPage", { title: "No.", message: "Not you." }) },
  { step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken", { claims: {} }) },
  { step: TOKEN, reply: letThrough(TOKEN) },
  { step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken", { claims: { tier: "x".repeat(3_068) } }) },
] as const)("the contract of $step accepts $reply.body", ({ step, reply }) => {
  const { page, breaches } = evaluateExchange(exchange(step, reply));
  expect(breaches).toEqual([]);
  expect(page.kind).not.toBe("error");
});

const tolerated = ["casing", "invalid.known", "values.known"];

it.each([
  { rule: "status", step: SUBMIT, reply: { status: 400, body: {} } },
  { rule: "status", step: SUBMIT, reply: { status: 401, body: {} } },
  { rule: "content-type", step: SUBMIT, reply: { ...letThrough(SUBMIT), contentType: "text/html" } },
  { rule: "body", step: SUBMIT, reply: { body: "" } },
  { rule: "body", step: SUBMIT, reply: { body: "[]" } },
  { rule: "data", step: SUBMIT, reply: { body: {} } },
  {
    rule: "data",
    step: SUBMIT,
    reply: {
      body: {
        data: { "@odata.type": "microsoft.graph.other", actions: [{ "@odata.type": `${SUBMIT_ACTIONS}.continueWithDefaultBehavior` }] },
      },
    },
  },
  { rule: "actions", step: SUBMIT, reply: answering(SUBMIT, []) },
  {
    rule: "action",
    step: START,
    reply: answering(START, [{ "@odata.type": "microsoft.graph.attributeCollectionStart.showValidationError" }]),
  },
  { rule: "action", step: SUBMIT, reply: answering(SUBMIT, [{}]) },
  {
    rule: "casing",
    step: SUBMIT,
    reply: answering(SUBMIT, [{ "@odata.type": "microsoft.graph.AttributeCollectionSubmit.ContinueWithDefaultBehavior" }]),
  },
  { rule: "block.text", step: SUBMIT, reply: acting(SUBMIT, "showBlockPage", { message: 5 }) },
  { rule: "invalid.text", step: SUBMIT, reply: acting(SUBMIT, "showValidationError", { message: "?", attributeErrors: { city: null } }) },
  { rule: "invalid.text", step: SUBMIT, reply: acting(SUBMIT, "showValidationError", { attributeErrors: {} }) },
  { rule: "invalid.known", step: SUBMIT, reply: acting(SUBMIT, "showValidationError", { message: "?", attributeErrors: { shoe: "?" } }) },
  { rule: "values.given", step: START, reply: acting(START, "setPrefillValues", { attributes: { city: "Lyon" } }) },
  { rule: "values.type", step: SUBMIT, reply: acting(SUBMIT, "modifyAttributeValues", { attributes: { [SEATS]: 0.5 } }) },
  { rule: "values.type", step: SUBMIT, reply: acting(SUBMIT, "modifyAttributeValues", { attributes: { [NEWS]: "true" } }) },
  { rule: "values.type", step: SUBMIT, reply: acting(SUBMIT, "modifyAttributeValues", { attributes: { city: { value: "Lyon" } } }) },
  { rule: "values.known", step: SUBMIT, reply: acting(SUBMIT, "modifyAttributeValues", { attributes: { country: "France" } }) },
  { rule: "claims.given", step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken") },
  { rule: "claims.name", step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken", { claims: { " ": "x" } }) },
  { rule: "claims.type", step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken", { claims: { roles: ["a", 1] } }) },
  { rule: "claims.size", step: TOKEN, reply: acting(TOKEN, "provideClaimsForToken", { claims: { tier: "가".repeat(1_024) } }) },
] as const)("$rule refuses $reply.body at $step", ({ rule, step, reply }) => {
  const { page, breaches } = evaluateExchange(exchange(step, reply));
  expect(breaches.map((breach) => breach.rule)).toEqual([rule]);
  expect(page.kind === "error").toBe(!tolerated.includes(rule));
});

it("the contract tolerates what Entra is known to ignore", () => {
  expect(contracts["external-tenant"].filter((each) => each.tolerated).map(({ id }) => id)).toEqual(tolerated);
});

it("the contract gives a verdict on any answer", () => {
  const action = fc.record({ "@odata.type": fc.constantFrom("", ...Object.keys(requests)), claims: fc.jsonValue() });
  const body = fc.oneof(fc.string(), fc.json(), fc.record({ data: fc.record({ actions: fc.array(action) }) }));
  fc.assert(
    fc.property(fc.constantFrom<Step>(START, SUBMIT, TOKEN), fc.integer({ min: 200, max: 204 }), body, (step, status, given) => {
      const { page, breaches } = evaluateExchange(exchange(step, { status, body: given }));
      expect(page.kind === "error").toBe(breaches.some((breach) => !breach.tolerated));
    }),
  );
});

it("the contract allows only Continue at B2C's third step", () => {
  const asked = { tenant: "b2c", step: TOKEN } as const;
  const answers = [{ action: "Continue" }, { action: "ShowBlockPage", userMessage: "No." }];
  const found = answers.map((each) => {
    const body = JSON.stringify({ version: "1", ...each });
    return findBreaches(readAnswer({ status: 200, contentType: "application/json", body }), asked).map(({ rule }) => rule);
  });
  expect(found).toEqual([[], ["token.action"]]);
});
