import { type CaseResult, runCases } from "../../../local/cases/run";
import { policyFolder } from "../../support/policy-folder";

/** A rule of one's own, in a policy of its own. */
const asking = (call: string) => `
import http from "node:http";
import https, { get } from "node:https";
import { beforeCreateUser, defineRule } from "entra-gatehouse";

const textOf = (ask) => new Promise((resolve, reject) => {
  ask((response) => {
    let text = String(response.statusCode) + " " + response.headers["content-type"] + " ";
    response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
  }).on("error", (error) => reject(error));
});
const rule = defineRule({
  name: "asks-fraud",
  uses: [{ service: "fraud" }, { secret: "fraud-key", shape: { key: "an-example" } }],
  decide: async (signUp, context) => {
    try {
      return { kind: "continue", attributes: { city: await (${call})(signUp, context) } };
    } catch (error) {
      return { kind: "block", reason: "fraud." + String(error.cause?.code ?? error.code ?? error.name) };
    }
  },
});
export default beforeCreateUser([rule]);
`;

const one = (each: object) => ({ cases: [{ name: "one", request: { email: "kim@contoso.com", attributes: { city: "x" } }, ...each }] });

async function result(policy: string, each: object) {
  const folder = policyFolder({ "before-create-user.ts": policy, "cases/one.json": one(each) });
  const { results } = await runCases(folder);
  return results[0];
}

const ways = [
  {
    way: "fetch",
    call: '() => fetch("https://fraud.example/check?of=kim", { method: "POST", body: "{}" }).then((response) => response.text())',
  },
  {
    way: "https.request",
    call: '() => textOf((take) => https.request("https://fraud.example/check?of=kim", { method: "POST" }, take).end("{}"))',
  },
  {
    way: "http.request by parts",
    call: '() => textOf((take) => http.request({ host: "fraud.example", port: 8080, path: "/check", method: "POST" }, take).end("{}"))',
  },
  { way: "an import of get", call: '() => textOf((take) => get(new URL("https://fraud.example/check"), take))' },
];

describe.each(ways)("a rule that asks by $way", ({ call }) => {
  it("gets the recorded answer", async () => {
    const expected = { verdict: "continue", outside: ["fraud"] };
    expect(await result(asking(call), { answers: { fraud: { status: 201, body: { score: 3 } } }, expect: expected })).toMatchObject({
      right: true,
      got: "continue",
    });
  });

  it.each([
    { fault: "timeout", reason: "fraud.ETIMEDOUT" },
    { fault: "refused", reason: "fraud.ECONNREFUSED" },
  ])("meets the fault $fault", async ({ fault, reason }) => {
    expect(await result(asking(call), { answers: { fraud: fault }, expect: { verdict: "block", reason } })).toMatchObject({ right: true });
  });

  it("reaches nobody where the case has no answer, whatever it makes of that", async () => {
    const { right, notes } = (await result(asking(call), { expect: { verdict: "block" } })) as CaseResult;
    expect({ right, notes }).toEqual({
      right: false,
      notes: [expect.stringMatching(/^the policy asks fraud \((GET|POST) https?:\/\/fraud\.example/)],
    });
  });
});

it.each([
  { what: "status, type and body", answer: { status: 203, body: "<a/>", headers: { "X-One": "1" } }, city: "203 application/xml <a/>" },
  { what: "JSON", answer: { body: [1] }, city: "200 application/json [1]" },
  { what: "one answer after another", answer: [{ body: "a" }, { status: 500 }], city: "200 application/json a" },
])("gives $what", async ({ answer, city }) => {
  const call = '() => textOf((take) => https.get("https://fraud.example/", take))';
  expect(await result(asking(call), { answers: { fraud: answer }, expect: { attributes: { city } } })).toMatchObject({
    right: true,
    differences: [],
  });
});

it("compares what is sent as closely as the case says", async () => {
  const call = '() => fetch("https://fraud.example/", { method: "POST", body: JSON.stringify({ a: 1, b: 2 }) }).then(() => "y")';
  const answers = { fraud: {} };
  const sent = (body: unknown) => result(asking(call), { answers, expect: { outside: [{ service: "fraud", method: "POST", body }] } });
  expect(await sent({ a: 1 })).toMatchObject({ right: true });
  expect(await sent({ a: 2 })).toMatchObject({
    differences: [
      {
        what: "outside[0]",
        expected: { service: "fraud", method: "POST", body: { a: 2 } },
        got: { service: "fraud", method: "POST", body: { a: 1 } },
      },
    ],
  });
  expect(await sent('{"a":1,"b":2}')).toMatchObject({ right: true });
});

it("knows a system by its host where no rule names it", async () => {
  const policy = asking('() => fetch("https://fraud.example/").then((response) => response.text())').replace('{ service: "fraud" }, ', "");
  expect(await result(policy, { answers: { "fraud.example": { body: "y" } }, expect: { attributes: { city: "y" } } })).toMatchObject({
    right: true,
  });
});

it("gives a secret the rule's example", async () => {
  const policy = asking('(_, { services }) => services.secret("fraud-key")');
  expect(await result(policy, { expect: { attributes: { city: '{"key":"an-example"}' } } })).toMatchObject({ right: true });
});

const throws = `
import { beforeCreateUser, defineRule } from "entra-gatehouse";
export default beforeCreateUser([defineRule({ name: "breaks", decide: () => { throw new Error("oh no"); } })]);
`;
it.each([
  { expected: { verdict: "block" }, right: false },
  { expected: { verdict: "block", failure: "rule" }, right: true },
  { expected: { verdict: "block", reason: "gatehouse.unavailable" }, right: true },
  { expected: { failure: "read" }, right: false },
])("a rule that throws is right: $right where the case expects $expected", async ({ expected, right }) => {
  expect(await result(throws, { expect: expected })).toMatchObject({ right });
});

it("names the policy's line at which a rule failed", async () => {
  expect((await result(throws, { expect: { verdict: "continue" } }))?.notes).toEqual([
    expect.stringMatching(/^It failed at .*before-create-user\.ts:3:\d+\.$/),
  ]);
});

const clock = `
import { beforeCreateUser, defineRule } from "entra-gatehouse";
export default beforeCreateUser([defineRule({ name: "clock", decide: (_, { now }) => ({ kind: "continue", attributes: { city: now.toISOString() } }) })]);
`;
it("runs at the moment that the case says", async () => {
  const expected = { attributes: { city: "2026-06-15T12:00:00.000Z" } };
  expect(await result(clock, { now: "2026-06-15T14:00:00+02:00", expect: expected })).toMatchObject({ right: true });
});

it.each([
  { earlier: "approved", says: "nobody asked for approval: before-create-user leaves no request for this person (it answers continue)." },
  { step: "after-sign-in", says: "the policy has no after-sign-in.ts: it has before-create-user." },
  { answers: { crm: {} }, says: "no rule of before-create-user asks crm: no rule of before-create-user names a service." },
])("says what cannot be of $says", async ({ says, ...each }) => {
  expect(await result(clock, { ...each, expect: { verdict: "continue" } })).toMatchObject({ right: false, notes: [says] });
});

it("says that an answer is not what the policy's schema takes, and where it stands", async () => {
  const folder = policyFolder({
    "before-create-user.ts": `
import { beforeCreateUser, http, lookup } from "entra-gatehouse";
import * as v from "valibot";
const crm = http({ name: "crm", url: "https://crm.contoso.com/{city}", schema: v.object({ company: v.string() }), attributes: () => ({}), onFailure: "block" });
export default beforeCreateUser([lookup(crm)]);
`,
    "cases/one.json": one({ answers: { crm: { body: { company: 7 } } }, expect: { verdict: "continue" } }),
  });
  expect((await runCases(folder)).results[0]?.notes).toEqual([
    expect.stringMatching(/cases\/one\.json:12: crm's answer is of no use: the policy's schema for it refuses company\.$/),
  ]);
});

it("tells a rule's services apart by their URLs, the deeper one first", async () => {
  const folder = policyFolder({
    "before-create-user.ts": `
import { beforeCreateUser, defineRule, service } from "entra-gatehouse";
const one = service("one", { url: "https://api.contoso.com/v1" });
const two = service("two", { url: "https://api.contoso.com/v1/two" });
const asking = defineRule({ name: "asking", uses: [one, two], async decide(_, { services }) {
  await services.call("two", { path: "/x" });
  await services.call("one", { path: "/x" });
  return { kind: "continue" };
} });
export default beforeCreateUser([asking]);
`,
    "cases/one.json": one({ answers: { one: {}, two: {} }, expect: { verdict: "continue", outside: ["two", "one"] } }),
  });
  expect((await runCases(folder)).results[0]).toMatchObject({ right: true });
});

it.each([
  { answer: "refused", kind: "connection" },
  { answer: "timeout", kind: "timeout" },
  { answer: { status: 500 }, kind: "failed" },
])("gives a service's caller an UpstreamError for $answer", async ({ answer, kind }) => {
  const calling = `
import { beforeCreateUser, defineRule, service, UpstreamError } from "entra-gatehouse";
const asking = defineRule({ name: "asking", uses: [service("crm", { url: "https://crm.contoso.com" })], async decide(_, { services }) {
  try {
    await services.call("crm", { method: "POST", path: "/x" });
    return { kind: "continue" };
  } catch (error) {
    return { kind: "block", reason: error instanceof UpstreamError ? error.failure.kind : String(error) };
  }
} });
export default beforeCreateUser([asking]);
`;
  expect(await result(calling, { answers: { crm: answer }, expect: { reason: kind } })).toMatchObject({ right: true });
});

it("asks as each dialect asks", async () => {
  const tell = `
import { beforeCreateUser, defineRule } from "entra-gatehouse";
const rule = defineRule({ name: "tells", decide: ({ source, gate, application, locales, identities }) => ({
  kind: "block", reason: [source, gate, application?.id, locales[0], identities[0]?.issuer].join(" ") }) });
export default beforeCreateUser([rule]);
`;
  const application = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
  const request = { email: "kim@contoso.com", issuer: "google.com", language: "ko-kr", application };
  const told = async (dialect: string) =>
    (await result(tell, { request: { ...request, dialect }, gate: "suppliers", expect: { verdict: "block" } }))?.got;
  expect(await told("b2b")).toBe("block b2b suppliers  ko-kr google.com by tells");
  expect(await told("b2c")).toBe(`block b2c suppliers ${application} ko-kr google.com by tells`);
  expect(await told("external-tenant")).toBe(`block external-tenant suppliers ${application} ko-kr google.com by tells`);
});
