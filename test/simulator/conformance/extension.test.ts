import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { decodeProtectedHeader } from "jose";
import type { Step } from "../../../engine/sign-up/sign-up";
import { conform } from "../../../simulator/conformance/conform";
import { type Answer, type Received, serveEndpoint } from "../endpoint";
import {
  acting,
  answering,
  checkWithout,
  entraToken,
  letThrough,
  signingKey,
  TENANT_ID,
  type TokenCheck,
  wellKeptExtension,
} from "../extension-endpoint";

type Behaviour = (request: Received) => Answer | Promise<Answer>;

const SUBMIT = "before-create-user";
const START = "after-sign-in";
const TOKEN = "before-sending-token";

async function results(answer: Behaviour, step: Step = SUBMIT, { timeoutMs = 2_000, key = true } = {}) {
  const endpoint = await serveEndpoint(answer);
  try {
    const target = { tenant: "external-tenant", url: endpoint.url, step, tenantId: TENANT_ID, email: "conformance@example.com" } as const;
    return await conform({ ...target, token: await entraToken(), ...(key && { signingKey }) }, timeoutMs);
  } finally {
    await endpoint.close();
  }
}

const invalid = { message: "Mend it.", attributeErrors: { city: "Which one?" } };
const SEATS = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_SeatCount";

/** An answer about the city, where the form asks for it. */
const aboutCity = (step: Step, answer: Answer) => wellKeptExtension(step, (body) => (body.includes('"city"') ? answer : letThrough(step)));

it.each<{ what: string; step: Step; answer: Behaviour }>([
  { what: "prefills", step: START, answer: aboutCity(START, acting(START, "setPrefillValues", { inputs: { city: "Lyon" } })) },
  { what: "goes on", step: SUBMIT, answer: wellKeptExtension(SUBMIT) },
  {
    what: "blocks",
    step: SUBMIT,
    answer: wellKeptExtension(SUBMIT, () => acting(SUBMIT, "showBlockPage", { title: "No.", message: "Not you." })),
  },
  { what: "asks again", step: SUBMIT, answer: aboutCity(SUBMIT, acting(SUBMIT, "showValidationError", invalid)) },
  { what: "gives claims", step: TOKEN, answer: wellKeptExtension(TOKEN) },
])("every rule accepts an extension that keeps the contract and $what", async ({ step, answer }) => {
  const found = await results(answer, step);
  expect(found.flatMap(({ rule, failures }) => failures.map((failure) => ({ rule, ...failure })))).toEqual([]);
  expect(found.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(10);
});

/** Answers what a test likes to every event that can be read. */
const submits = (answer: Answer): Behaviour => wellKeptExtension(SUBMIT, () => answer);
const modifies = (attributes: unknown) => submits(acting(SUBMIT, "modifyAttributeValues", { attributes }));
const claims = (given: unknown): Behaviour => wellKeptExtension(TOKEN, () => acting(TOKEN, "provideClaimsForToken", { claims: given }));
/** Lets through whoever shows a token that it takes, if the body is like that. */
const careless = (condition: (body: string) => boolean, step: Step = SUBMIT): Behaviour => {
  const kept = wellKeptExtension(step);
  return async (request) => {
    const answer = await kept(request);
    const refused = typeof answer === "object" && answer.status !== 401 && !JSON.stringify(answer).includes("continueWith");
    return refused && condition(request.body) ? letThrough(step) : answer;
  };
};
let calls = 0;

it.each<{ defect: string; rule: string; probe?: string; step?: Step; answer: Behaviour }>([
  {
    defect: "answers 400 for validation",
    rule: "status",
    answer: submits({ status: 400, body: invalid }),
  },
  {
    defect: "throws without the applications",
    rule: "status",
    probe: "no-principals",
    answer: wellKeptExtension(SUBMIT, (body) => (body.includes("clientServicePrincipal") ? letThrough(SUBMIT) : { status: 500 })),
  },
  {
    defect: "says text/plain",
    rule: "content-type",
    answer: submits({ ...letThrough(SUBMIT), headers: { "Content-Type": "text/plain" } }),
  },
  { defect: "answers no JSON", rule: "body", answer: submits({ body: "OK" }) },
  { defect: "answers a connector's Continue", rule: "data", answer: submits({ body: { version: "1.0.0", action: "Continue" } }) },
  { defect: "names another event's response", rule: "data", answer: submits(letThrough(START)) },
  { defect: "has no action", rule: "actions", answer: submits(answering(SUBMIT, [])) },
  { defect: "has two actions", rule: "actions", answer: submits(answering(SUBMIT, [{}, {}])) },
  {
    defect: "has another event's action",
    rule: "action",
    answer: submits(answering(SUBMIT, [{ "@odata.type": "microsoft.graph.OtpSend.continueWithDefaultBehavior" }])),
  },
  {
    defect: "answers a validation error after Start",
    rule: "action",
    step: START,
    answer: wellKeptExtension(START, () => acting(START, "showValidationError", invalid)),
  },
  {
    defect: "writes ShowValidationError",
    rule: "casing",
    answer: submits(answering(SUBMIT, [{ "@odata.type": "microsoft.graph.attributeCollectionSubmit.ShowValidationError", ...invalid }])),
  },
  {
    defect: "has a title that is no text",
    rule: "block.text",
    answer: submits(acting(SUBMIT, "showBlockPage", { title: null, message: "No." })),
  },
  { defect: "has errors for no attribute", rule: "invalid.text", answer: submits(acting(SUBMIT, "showValidationError", { message: "?" })) },
  {
    defect: "has an error for what nobody asked",
    rule: "invalid.known",
    answer: submits(acting(SUBMIT, "showValidationError", { ...invalid, attributeErrors: { shoeSize: "?" } })),
  },
  { defect: "forgets the values", rule: "values.given", answer: modifies(undefined) },
  { defect: "has a text for int64", rule: "values.type", answer: modifies({ [SEATS]: "25" }) },
  { defect: "has null for a value", rule: "values.type", answer: modifies({ city: null }) },
  { defect: "sets what nobody asked", rule: "values.known", answer: modifies({ shoeSize: "44" }) },
  { defect: "has no claims bag", rule: "claims.given", step: TOKEN, answer: claims(null) },
  { defect: "has a claim without a name", rule: "claims.name", step: TOKEN, answer: claims({ "": "x" }) },
  { defect: "has a null claim", rule: "claims.type", step: TOKEN, answer: claims({ tier: null }) },
  { defect: "has a boolean claim", rule: "claims.type", step: TOKEN, answer: claims({ tier: true }) },
  { defect: "has claims over 3 KB", rule: "claims.size", step: TOKEN, answer: claims({ tier: "x".repeat(3_069) }) },
  {
    defect: "counts a repeat as a new sign-up",
    rule: "repeat",
    answer: wellKeptExtension(SUBMIT, () => acting(SUBMIT, "showBlockPage", { message: `You are number ${++calls}.` })),
  },
  {
    defect: "does its work twice where two calls meet",
    rule: "repeat.in-flight",
    probe: "simultaneous-calls",
    answer: wellKeptExtension(SUBMIT, onceEach()),
  },
  {
    defect: "continues at events it does not know",
    rule: "odd.refuses",
    probe: "unknown-event",
    answer: careless((body) => body.includes("emailOtpSend")),
  },
  {
    defect: "continues at another step's event",
    rule: "odd.refuses",
    probe: "other-event",
    answer: careless((body) => body.includes("attributeCollectionStart")),
  },
  {
    defect: "does not compare the tenant",
    rule: "odd.refuses",
    probe: "other-tenant",
    answer: careless((body) => !body.includes(`"tenantId":"${TENANT_ID}"`)),
  },
  {
    defect: "continues for nobody",
    rule: "odd.refuses",
    probe: "no-identities",
    step: "after-sign-in",
    answer: careless((body) => !body.includes('"identities"'), START),
  },
  { defect: "takes a text for a number", rule: "odd.refuses", probe: "wrong-type", answer: careless((body) => body.includes('"many"')) },
  {
    defect: "takes the last of two names",
    rule: "odd.refuses",
    probe: "duplicate-names",
    answer: careless((body) => /"tenantId".*"tenantId"/.test(body)),
  },
  { defect: "continues for half a body", rule: "odd.refuses", probe: "malformed-json", answer: careless((body) => !body.endsWith("}")) },
  {
    defect: "falls over 64 KiB",
    rule: "odd.survives",
    probe: "full-body",
    answer: async (request) => (request.body.length > 65_536 ? { status: 500 } : await wellKeptExtension(SUBMIT)(request)),
  },
])("an extension that $defect fails the rule $rule", async ({ rule, probe, step, answer }) => {
  const found = (await results(answer, step)).find((result) => result.rule === rule);
  expect(found?.verdict).toBe("fail");
  expect(found?.failures).toContainEqual(expect.objectContaining({ ...(probe !== undefined && { probe }) }));
});

/** The first of two calls that meet continues, the other finds its code used up. */
function onceEach() {
  const met = new Set<string>();
  return (body: string): Answer => {
    if (!body.includes("the Second")) return letThrough(SUBMIT);
    if (met.has(body)) return acting(SUBMIT, "showBlockPage", { message: "Used up." });
    met.add(body);
    return letThrough(SUBMIT);
  };
}

/** Takes what the strict check takes, and more. */
const or =
  (other: TokenCheck): TokenCheck =>
  async (token) => {
    await checkWithout()(token).catch(async () => await other(token));
  };
const alg = (name: string, check: (token: string) => boolean): TokenCheck => {
  return or(async (token) => {
    if (decodeProtectedHeader(token).alg !== name || !check(token)) throw new Error(name);
    await checkWithout("signature")(token);
  });
};
const hmacFits = (token: string) => {
  const [header, payload, signature] = token.split(".");
  const pem = createPublicKey({ key: signingKey as JsonWebKey, format: "jwk" }).export({ type: "spki", format: "pem" });
  return signature === createHmac("sha256", pem).update(`${header}.${payload}`).digest("base64url");
};
const unknownKey = or(async (token) => {
  if (decodeProtectedHeader(token).kid !== "unknown") throw new Error("known");
  await checkWithout("signature")(token);
});

it.each<{ defect: string; probe: string; check: TokenCheck }>([
  { defect: "anybody without a token", probe: "no-token", check: async () => undefined },
  {
    defect: "a user's name and password",
    probe: "basic",
    check: or(async (header) => (header.startsWith("Basic ") ? undefined : Promise.reject())),
  },
  { defect: "a forged signature", probe: "forged-signature", check: checkWithout("signature") },
  { defect: "changed claims", probe: "changed-claims", check: checkWithout("signature", "azp") },
  { defect: "alg none", probe: "alg-none", check: alg("none", () => true) },
  { defect: "HS256 with the public key", probe: "hs256-public-key", check: alg("HS256", hmacFits) },
  { defect: "keys that nobody published", probe: "unknown-kid", check: unknownKey },
  { defect: "expired tokens", probe: "expired", check: checkWithout("exp") },
  { defect: "tokens of tomorrow", probe: "not-yet-valid", check: checkWithout("nbf") },
  { defect: "another audience", probe: "wrong-audience", check: checkWithout("aud") },
  { defect: "another issuer", probe: "wrong-issuer", check: checkWithout("iss", "tid") },
  { defect: "another tenant", probe: "wrong-tid", check: checkWithout("tid") },
  { defect: "any application", probe: "wrong-azp", check: checkWithout("azp") },
  { defect: "no application", probe: "no-azp", check: checkWithout("azp") },
  { defect: "version 1 for version 2", probe: "v1-token", check: checkWithout("iss", "azp") },
  { defect: "version 1's claim in version 2", probe: "v2-appid", check: checkWithout("azp") },
])("an extension that accepts $defect fails the probe $probe", async ({ probe, check }) => {
  const found = (await results(wellKeptExtension(SUBMIT, undefined, check))).find(({ rule }) => rule === "token.refused");
  expect(found?.failures).toContainEqual(expect.objectContaining({ probe }));
});

it("the check reports late answers, and does not wait for them", async () => {
  const kept = wellKeptExtension(SUBMIT);
  const slow = await results((request) => (/박지우/.test(request.body) ? "hang" : kept(request)), SUBMIT, { timeoutMs: 500 });
  expect(slow.find(({ rule }) => rule === "time")).toMatchObject({
    says: "an answer comes within 2 seconds",
    failures: [{ probe: "unicode" }],
  });
});

it("the check lists the tokens that it cannot try if it lacks the issuer's key", async () => {
  const found = (await results(wellKeptExtension(SUBMIT), SUBMIT, { key: false })).find(({ rule }) => rule === "token.refused");
  expect(found?.verdict).toBe("pass");
  expect(found?.skipped?.map(({ probe }) => probe)).toEqual(
    expect.arrayContaining([
      "expired",
      "not-yet-valid",
      "wrong-audience",
      "wrong-issuer",
      "wrong-tid",
      "wrong-azp",
      "v1-token",
      "hs256-public-key",
    ]),
  );
  expect(found?.skipped?.[1]?.reason).toContain("--local");
});
