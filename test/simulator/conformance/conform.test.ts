import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Step } from "../../../engine/sign-up/sign-up";
import { packageRoot } from "../../../lib/app-root";
import { conform, tlsFinding, UnreachableError } from "../../../simulator/conformance/conform";
import { CONTINUE, type Received, type Reply, serveEndpoint, USER, vacantUrl, wellKept } from "../endpoint";

type Behaviour = (request: Received) => Reply | "hang" | "reset";

async function results(answer: Behaviour, step: Step = "before-create-user", timeoutMs = 2_000, tenant: "workforce" | "b2c" = "workforce") {
  const endpoint = await serveEndpoint(answer);
  try {
    return await conform({ tenant, url: endpoint.url, step, ...USER, email: "conformance@example.com" }, timeoutMs);
  } finally {
    await endpoint.close();
  }
}

const go = { body: CONTINUE };
const block = (message = "No.") => ({ body: { version: "1", action: "ShowBlockPage", userMessage: message } });
const invalid = { version: "1", action: "ValidationError", status: 400, userMessage: "Mend it." };
const authorized = wellKept(() => go);
/** As the sample does it: all colons part, and only the first two pieces are looked at. */
const splitAtColons: Behaviour = (request) => {
  const [, encoded = ""] = (request.headers.authorization ?? "").split(" ");
  const [username, ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const pieces = USER.password.split(":");
  const passes = username === USER.username && pieces.every((piece, index) => password[index] === piece);
  return passes
    ? { body: CONTINUE, status: request.method === "GET" ? 405 : 200 }
    : { status: 401, headers: { "WWW-Authenticate": "Basic" }, body: {} };
};
let count = 0;

it.each([
  { what: "goes on", answer: authorized },
  { what: "blocks", answer: wellKept(() => block()) },
  { what: "asks again", answer: wellKept(() => ({ status: 400, body: invalid })) },
])("every rule accepts an endpoint that keeps the contract and $what", async ({ answer }) => {
  const found = await results(answer);
  expect(found.filter(({ verdict }) => verdict === "fail")).toEqual([]);
  expect(found.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(12);
});

it.each<{ rule: string; probe?: string; answer: Behaviour; step?: Step }>([
  { rule: "action", answer: wellKept(() => ({ body: { version: "1", action: "Allow" } })) },
  { rule: "version", answer: wellKept(() => ({ body: { city: "Lyon" } })) },
  {
    rule: "action",
    probe: "no-email",
    answer: wellKept(({ email }) => (email ? go : { status: 400, body: { version: "1", error: "INVALID_REQUEST" } })),
  },
  {
    rule: "odd.refuses",
    probe: "two-ats",
    answer: ({ body }) => (body.includes("@other.example") ? go : wellKept(() => go)({ method: "POST", path: "/", headers: {}, body })),
  },
  { rule: "invalid.status", answer: wellKept(() => ({ body: invalid })) },
  { rule: "invalid.body-status", answer: wellKept(() => ({ status: 400, body: { ...invalid, status: undefined } })) },
  {
    rule: "invalid.step",
    step: "after-sign-in",
    answer: wellKept(() => ({ status: 400, body: invalid })),
  },
  { rule: "block.status", answer: wellKept(() => ({ ...block(), status: 400 })) },
  { rule: "other-status", answer: wellKept(() => ({ body: { ...block().body, status: 400 } })) },
  { rule: "message", answer: wellKept(() => ({ body: { version: "1", action: "ShowBlockPage" } })) },
  { rule: "claims.null", answer: wellKept(() => ({ body: { ...CONTINUE, city: null } })) },
  { rule: "claims.type", answer: wellKept(() => ({ body: { ...CONTINUE, city: ["Lyon"] } })) },
  { rule: "claims.protected", answer: wellKept(() => ({ body: { ...CONTINUE, email: "x@y.example" } })) },
  { rule: "content-type", answer: wellKept(() => ({ ...go, headers: { "Content-Type": "text/plain" } })) },
  {
    rule: "status",
    probe: "empty-identities",
    answer: wellKept(({ identities }) => (Array.isArray(identities) && identities.length === 0 ? { status: 500 } : go)),
  },
  { rule: "body", answer: wellKept(() => ({ body: "OK" })) },
  { rule: "repeat", answer: wellKept(() => block(`Reference ${++count}`)) },
  { rule: "credentials.refused", probe: "no-credentials", answer: () => go },
  { rule: "credentials.refused", probe: "longer-password", answer: splitAtColons },
  {
    rule: "credentials.challenge",
    answer: (request) => ({ ...authorized(request), headers: {} }),
  },
  {
    rule: "credentials.refused",
    answer: (request) => ({ ...authorized(request), status: authorized(request).status === 401 ? 403 : 200 }),
  },
  { rule: "odd.refuses", probe: "malformed-json", answer: () => go },
  { rule: "odd.refuses", probe: "get", answer: () => go },
  {
    rule: "odd.survives",
    probe: "big-body",
    answer: (request) => (request.body.length > 100_000 ? { status: 500 } : authorized(request)),
  },
  {
    rule: "connection",
    probe: "big-body",
    answer: (request) => (request.body.length > 100_000 ? "reset" : authorized(request)),
  },
])("a violation of $rule is found", async ({ rule, probe, answer, step }) => {
  const found = (await results(answer, step)).find((result) => result.rule === rule);
  expect(found?.verdict).toBe("fail");
  expect(found?.failures).toContainEqual(expect.objectContaining({ ...(probe !== undefined && { probe }) }));
});

/** B2C says which step it asks at. */
const atStep = (name: string, answer: Reply, others: Reply = block()) => wellKept(({ step }) => (step === name ? answer : others));

it.each<{ defect: string; rule: string; probe?: string; step?: Step; answer: Behaviour }>([
  { defect: "does not look at the step", rule: "odd.refuses", probe: "other-step", answer: authorized },
  {
    defect: "throws without client_id",
    rule: "status",
    probe: "client-id-spelled",
    answer: wellKept(({ client_id }) => (client_id ? go : { status: 500 })),
  },
  {
    defect: "throws at local accounts",
    rule: "status",
    probe: "local-account",
    answer: wellKept(({ identities }) => (JSON.stringify(identities ?? "").includes("emailAddress") ? { status: 500 } : go)),
  },
  { defect: "stops people before the token", rule: "token.action", step: "before-sending-token", answer: wellKept(() => block()) },
  {
    defect: "does not know the third step's other name",
    rule: "token.action",
    probe: "step-spelled",
    step: "before-sending-token",
    answer: atStep("PreTokenIssuance", go),
  },
  {
    defect: "gives claims to what it cannot read",
    rule: "odd.refuses",
    probe: "not-an-object",
    step: "before-sending-token",
    answer: ({ method }) => ({ ...(method === "GET" && { status: 405 }), body: { ...CONTINUE, extension_Tier: "gold" } }),
  },
])("a connector that $defect at B2C fails the rule $rule", async ({ rule, probe, step, answer }) => {
  const found = (await results(answer, step, undefined, "b2c")).find((result) => result.rule === rule);
  expect(found?.failures).toContainEqual(expect.objectContaining(probe === undefined ? {} : { probe }));
});

it.each<{ step: Step; name: string }>([
  { step: "after-sign-in", name: "PostFederationSignup" },
  { step: "before-create-user", name: "PostAttributeCollection" },
])("every rule accepts a connector that keeps B2C's contract at $step", async ({ step, name }) => {
  const found = await results(atStep(name, go), step, undefined, "b2c");
  expect(found.filter(({ verdict }) => verdict === "fail")).toEqual([]);
});

it("the check reports late answers, and does not wait for them", async () => {
  const slow = await results((request) => (/박지우/.test(request.body) ? "hang" : authorized(request)), undefined, 300);
  expect(slow.find(({ rule }) => rule === "time")).toMatchObject({
    verdict: "fail",
    failures: [{ probe: "unicode" }],
  });
});

it("the check reports that nothing answers at the address", async () => {
  await expect(
    conform({ tenant: "workforce", url: await vacantUrl(), step: "after-sign-in", ...USER, email: "x@example.com" }),
  ).rejects.toThrow(UnreachableError);
});

it.each([
  { minVersion: "TLSv1.2" as const, finding: undefined },
  { minVersion: "TLSv1.3" as const, finding: { found: expect.stringMatching(/^no handshake: /) } },
])("the check tries TLS 1.2 at an endpoint that accepts $minVersion and later", async ({ minVersion, finding }) => {
  const tls = join(packageRoot, "test/fixtures/tls");
  const server = createServer({ minVersion, key: readFileSync(join(tls, "server.key")), cert: readFileSync(join(tls, "server.pem")) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    expect(await tlsFinding(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, 2_000)).toEqual(finding);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
