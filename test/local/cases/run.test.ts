import { type CaseResult, runCases } from "../../../local/cases/run";
import { policyFolder } from "../../support/policy-folder";

/** A rule of one's own, in a policy of its own. */
const asking = (call: string) => `
import http from "node:http";
import https, { get } from "node:https";
import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";

const textOf = (ask) => new Promise((resolve, reject) => {
  ask((response) => {
    let text = String(response.statusCode) + " " + response.headers["content-type"] + " ";
    response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
  }).on("error", (error) => reject(error));
});
const rule = defineRule("asks-fraud", async ({ signUp, ...context }) => {
    try {
      return pass({ attributes: { city: await (${call})(signUp, context) } });
    } catch (error) {
      return block("fraud." + String(error.cause?.code ?? error.code ?? error.name));
    }
  }, { refuses: "strangers", sets: ["city"], uses: [{ service: "fraud" }, { secret: "fraud-key", shape: { key: "an-example" } }] });
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

describe.each(ways)("a rule that calls out by $way", ({ call }) => {
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
  ])("gets the fault $fault", async ({ fault, reason }) => {
    expect(await result(asking(call), { answers: { fraud: fault }, expect: { verdict: "block", reason } })).toMatchObject({ right: true });
  });

  it("reaches nobody and fails its case if the case has no answer", async () => {
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
])("the run passes $what from the case to the rule", async ({ answer, city }) => {
  const call = '() => textOf((take) => https.get("https://fraud.example/", take))';
  expect(await result(asking(call), { answers: { fraud: answer }, expect: { attributes: { city } } })).toMatchObject({
    right: true,
    differences: [],
  });
});

it("the run compares requests as strictly as the case says", async () => {
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

it("a system is identified by its host if no rule names it", async () => {
  const policy = asking('() => fetch("https://fraud.example/").then((response) => response.text())').replace('{ service: "fraud" }, ', "");
  expect(await result(policy, { answers: { "fraud.example": { body: "y" } }, expect: { attributes: { city: "y" } } })).toMatchObject({
    right: true,
  });
});

it("a secret has the value of the rule's example", async () => {
  const policy = asking('(_, { services }) => services.secret("fraud-key")');
  expect(await result(policy, { expect: { attributes: { city: '{"key":"an-example"}' } } })).toMatchObject({ right: true });
});

const throws = `
import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
export default beforeCreateUser([defineRule("breaks", () => { throw new Error("oh no"); }, { refuses: "strangers" })]);
`;
it.each([
  { expected: { verdict: "block" }, right: false },
  { expected: { verdict: "block", failure: "rule" }, right: true },
  { expected: { verdict: "block", reason: "gatehouse.unavailable" }, right: true },
  { expected: { failure: "read" }, right: false },
])("a case whose rule throws counts as right ($right) if it expects $expected", async ({ expected, right }) => {
  expect(await result(throws, { expect: expected })).toMatchObject({ right });
});

it("a failed rule is reported with its line in the policy", async () => {
  expect((await result(throws, { expect: { verdict: "continue" } }))?.notes).toEqual([
    expect.stringMatching(/^It failed at .*before-create-user\.ts:3:\d+\.$/),
  ]);
});

const clock = `
import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
export default beforeCreateUser([defineRule("clock", ({ now }) => pass({ attributes: { city: now.toISOString() } }), { refuses: "strangers", sets: ["city"] })]);
`;
it("a case runs at the moment that it names", async () => {
  const expected = { attributes: { city: "2026-06-15T12:00:00.000Z" } };
  expect(await result(clock, { now: "2026-06-15T14:00:00+02:00", expect: expected })).toMatchObject({ right: true });
});

it.each([
  { earlier: "approved", says: "nobody asked for approval: before-create-user leaves no request for this person (it answers continue)." },
  { step: "after-sign-in", says: "the policy has no after-sign-in.ts: it has before-create-user." },
  { answers: { crm: {} }, says: "no rule of before-create-user asks crm: no rule of before-create-user names a service." },
])("the run refuses with a reason: $says", async ({ says, ...each }) => {
  expect(await result(clock, { ...each, expect: { verdict: "continue" } })).toMatchObject({ right: false, notes: [says] });
});

const byMailHost = `
import { beforeCreateUser, limit, mailFacts } from "entra-gatehouse";
export default beforeCreateUser([mailFacts(), limit({ by: "mailHost", windows: [{ max: 1, per: "1h" }] })]);
`;
it.each<{ answer: unknown; right: boolean }>([
  { answer: { body: ["mx.contoso.com"] }, right: true },
  { answer: "timeout", right: true },
  { answer: { status: 500 }, right: true },
  { answer: undefined, right: false },
])("the run answers DNS queries from the case's answers: $answer", async ({ answer, right }) => {
  const answers = answer === undefined ? {} : { dns: answer };
  expect(await result(byMailHost, { answers, expect: { verdict: "continue", outside: ["dns"] } })).toMatchObject({ right });
});
it('a case gets the hint to use "earlier" if it gives rows of admissions for a limit that counts by a finding', async () => {
  const admitted = [{ limit: "mail-host", who: "lee@contoso.com", count: 1 }];
  expect((await result(byMailHost, { rows: { admitted }, answers: { dns: "timeout" }, expect: { verdict: "continue" } }))?.notes).toEqual([
    'mail-host counts by what mailFacts finds: say in "earlier" who was let in before.',
  ]);
});

it("an answer that the policy's schema refuses is reported with its place", async () => {
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

it("a call is assigned to the rule's service with the longest matching URL", async () => {
  const folder = policyFolder({
    "before-create-user.ts": `
import { beforeCreateUser, defineRule, service, pass, block } from "entra-gatehouse";
const one = service("one", { url: "https://api.contoso.com/v1" });
const two = service("two", { url: "https://api.contoso.com/v1/two" });
const asking = defineRule("asking", async ({ services }) => {
  await services.call("two", { path: "/x" });
  await services.call("one", { path: "/x" });
  return pass();
}, { refuses: "strangers", uses: [one, two] });
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
])("a service's caller gets an UpstreamError for $answer", async ({ answer, kind }) => {
  const calling = `
import { beforeCreateUser, defineRule, service, UpstreamError, pass, block } from "entra-gatehouse";
const asking = defineRule("asking", async ({ services }) => {
  try {
    await services.call("crm", { method: "POST", path: "/x" });
    return pass();
  } catch (error) {
    return block(error instanceof UpstreamError ? error.failure.kind : String(error));
  }
}, { refuses: "strangers", uses: [service("crm", { url: "https://crm.contoso.com" })] });
export default beforeCreateUser([asking]);
`;
  expect(await result(calling, { answers: { crm: answer }, expect: { reason: kind } })).toMatchObject({ right: true });
});

describe("a journey of an external tenant that sends the provider's address as an attribute", () => {
  const step = (name: string) => `
import { ${name}, onlyDomains } from "entra-gatehouse";
export default ${name}([onlyDomains(["contoso.com"])], { trust: "any" });
`;
  const policies = { "after-sign-in.ts": step("afterSignIn"), "before-create-user.ts": step("beforeCreateUser") };
  const request = { email: "kim@contoso.com", issuer: "google.com", tenant: "external-tenant", address: "attribute" };
  const start = { step: "after-sign-in", expect: { verdict: "continue" } };

  it.each([
    { given: "both events", each: { request, earlier: [start], expect: { verdict: "continue" } } },
    { given: "no event before the form", each: { request, expect: { reason: "domain.not-allowed" } } },
    {
      given: "an hour that is over",
      each: { request, earlier: [{ ...start, now: "2026-01-01T10:58:00Z" }], now: "2026-01-01T12:00:00Z", expect: { verdict: "block" } },
    },
    { given: "somebody else's journey", each: { request, earlier: [{ ...start, accountId: "5577" }], expect: { verdict: "block" } } },
    {
      given: "no address at all",
      each: { request: { ...request, address: "none" }, expect: { reason: "request.email", rule: "only-domains" } },
    },
    {
      given: "a connector that sends none",
      each: { request: { ...request, tenant: "b2c", address: "none" }, expect: { reason: "request.email" } },
    },
  ])("gets the expected answer with $given", async ({ each }) => {
    const folder = policyFolder({ ...policies, "cases/one.json": { cases: [{ name: "one", ...each }] } });
    expect((await runCases(folder)).results[0]).toMatchObject({ right: true });
  });
});

it("a request has the form of each dialect", async () => {
  const tell = `
import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
const rule = defineRule("tells", ({ signUp: { source, gate, application, locales, identities } }) => block([source, gate, application?.id, locales[0], identities[0]?.issuer].join(" ")), { refuses: "strangers" });
export default beforeCreateUser([rule]);
`;
  const application = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";
  const request = { email: "kim@contoso.com", issuer: "google.com", locales: "ko-kr", application };
  const told = async (tenant: string) =>
    (await result(tell, { request: { ...request, tenant }, gate: "suppliers", expect: { verdict: "block" } }))?.got;
  expect(await told("workforce")).toBe("block b2b suppliers  ko-kr google.com by tells");
  expect(await told("b2c")).toBe(`block b2c suppliers ${application} ko-kr google.com by tells`);
  expect(await told("external-tenant")).toBe(`block external-tenant suppliers ${application} ko-kr google.com by tells`);

  const run = (each: object) =>
    runCases(
      policyFolder({ "before-create-user.ts": tell, "cases/a.json": { cases: [{ name: "one", ...each, expect: { verdict: "block" } }] } }),
    );
  await expect(run({ request: { ...request, dialect: "b2b" } })).rejects.toThrow("cases[0].request.dialect is unknown");
  const strange = await run({ gate: "supliers", request: { ...request, tenant: "b2c" } });
  expect(strange.warnings).toEqual([expect.stringMatching(/a\.json:\d+: settings\.ts names no gate supliers\.$/)]);
});

it.each([
  { tenant: "workforce", warns: true },
  { tenant: "b2c", warns: true },
  { tenant: "external-tenant", warns: false },
])("a warning names attributes that a rule checks and no form of $tenant collects: $warns", async ({ tenant, warns }) => {
  const finding = `
import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
const rule = defineRule("finds", () => pass({ attributes: { companyName: "Contoso", extension_Tier: "1" } }), { refuses: "strangers", sets: ["*"] });
export default beforeCreateUser([rule]);
`;
  const request = { email: "kim@contoso.com", tenant, collects: ["companyName", "extension_Tier"] };
  const { warnings } = await runCases(
    policyFolder({ "before-create-user.ts": finding, "cases/a.json": one({ request, expect: { verdict: "continue" } }) }),
  );
  expect(warnings).toEqual(
    warns
      ? [
          `an answer sets companyName, which no form of a tenant of kind ${tenant} collects: use a custom attribute, such as extension_CompanyName.`,
        ]
      : [],
  );
});

it("a run of cases repeats the warnings of synth, such as on a field without a label", async () => {
  const unlike = `
import { beforeCreateUser, limit, permittedValue } from "entra-gatehouse";
export default beforeCreateUser([permittedValue("extension_Code"), limit({ by: "network", windows: [{ max: 5, per: "1h" }] })]);
`;
  const { warnings } = await runCases(
    policyFolder({ "before-create-user.ts": unlike, "cases/a.json": one({ expect: { verdict: "invalid" } }) }),
  );
  expect(warnings).toEqual([
    expect.stringContaining("extension_Code, which has no label"),
    expect.stringContaining("limit goes by the person's IP address, which only an external tenant tells"),
  ]);
});

it("a warning says that few people can match a permitted value in mixed case", async () => {
  const titles = `
import { beforeCreateUser, permittedValue } from "entra-gatehouse";
export default beforeCreateUser([permittedValue("jobTitle")]);
`;
  const each = {
    request: { email: "kim@contoso.com", attributes: { jobTitle: "engineer" } },
    rows: {
      referenceData: [
        { list: "jobTitle", value: "Engineer" },
        { list: "jobTitle", value: "SALES" },
      ],
    },
    expect: { verdict: "continue" },
  };
  expect((await result(titles, each))?.notes).toEqual([
    'The permitted value "Engineer" is in mixed case: only people who type it exactly like that are found. Write it in lower case to accept any case; fill: { … } gives the attribute another spelling.',
  ]);
});

describe("the time of a case", () => {
  const policy = (rules: string) => `
import { beforeCreateUser, defineRule, notDomains, validate, pass, block } from "entra-gatehouse";
import * as v from "valibot";
import { isAdult } from "./age";

const { now } = Date;
const minor = block("age.minor");
const rule = (decide) => defineRule("age", decide, { refuses: "strangers", sets: ["city"] });
export default beforeCreateUser([${rules}]);
`;
  const age = "export const isAdult = (birthday) => new Date().getFullYear() - new Date(birthday).getFullYear() >= 18;";
  const judged = async (rules: string, born: string) => {
    const request = { email: "kim@contoso.com", attributes: { extension_Birthday: born } };
    const content = { cases: [{ name: "one", now: "2020-06-15T12:00:00Z", request, expect: { verdict: "continue" } }] };
    const folder = policyFolder({ "before-create-user.ts": policy(rules), "age.ts": age, "cases/one.json": content });
    return (await runCases(folder)).results[0]?.got;
  };
  const cutOff = "new Date(Date.now() - 18 * 365.25 * 86_400_000).toISOString().slice(0, 10)";
  const birthday = (until: string) => `v.object({ extension_Birthday: v.pipe(v.string(), v.check((born) => born <= ${until})) })`;

  it.each([
    {
      what: "new Date() of a module that the policy imports",
      rules: "rule(({ signUp: s }) => isAdult(s.attributes.extension_Birthday) ? pass() : minor)",
    },
    { what: "Date.now()", rules: `rule(({ signUp: s }) => s.attributes.extension_Birthday <= ${cutOff} ? pass() : minor)` },
    {
      what: "Date.now that was kept as the policy was loaded",
      rules: `rule(({ signUp: s }) => s.attributes.extension_Birthday <= ${cutOff.replace("Date.now", "now")} ? pass() : minor)`,
    },
    {
      what: "context.now",
      rules:
        "rule(({ signUp: s, now }) => now.getFullYear() - new Date(s.attributes.extension_Birthday).getFullYear() >= 18 ? pass() : minor)",
    },
    {
      what: "services.clock",
      rules:
        "rule(({ signUp: s, services }) => new Date(services.clock.now()).getFullYear() - new Date(s.attributes.extension_Birthday).getFullYear() >= 18 ? pass() : minor)",
    },
    { what: "a schema", rules: `notDomains(["consumer"]), validate(${birthday(cutOff)})` },
    {
      what: "a schema of the moment",
      rules: `notDomains(["consumer"]), validate(({ now }) => ${birthday(cutOff.replace("Date.now()", "now.getTime()"))})`,
    },
  ])("is used for $what: a person aged 15 stays out", async ({ rules }) => {
    expect(await judged(rules, "2005-01-01")).toMatch(/^(block age.minor|invalid)/);
    expect(await judged(rules, "2001-01-01")).toBe("continue");
  });

  it("stands still in the policy's code, but not outside it or for the time limits of rules", async () => {
    const before = Date.now();
    const slow =
      "rule(async ({ remainingMs }) => { const left = remainingMs(); await new Promise((go) => setTimeout(go, 30)); return pass({ attributes: { city: String(remainingMs() < left && left < 5000) } }); })";
    const folder = policyFolder({
      "before-create-user.ts": policy(slow),
      "age.ts": age,
      "cases/one.json": one({ now: "2020-01-01", expect: { attributes: { city: "true" } } }),
    });
    expect((await runCases(folder)).results[0]).toMatchObject({ right: true });
    expect(Date.now()).toBeGreaterThan(before);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date().constructor).toBe(Date);
  });

  it.each([
    { ms: 500, rule: "", expect: { verdict: "continue" } },
    { ms: 900, rule: "", expect: { verdict: "block", reason: "gatehouse.unavailable" } },
    { ms: 700, rule: "await services.call('crm', { path: '/' });", expect: { verdict: "continue" } },
    { ms: 3_000, limit: 9_000, rule: "await services.call('crm', { path: '/' });", expect: { failure: "deadline" } },
  ])("skips the $ms ms that an answer takes", async ({ ms, limit = 800, rule, expect: expected }) => {
    const text = `
import { beforeCreateUser, defineRule, service, pass, block } from "entra-gatehouse";
const crm = service("crm", { url: "https://crm.example", timeout: "${limit}ms" });
const asks = defineRule("asks", async ({ services }) => { await services.call("crm", { path: "/" }); ${rule} return pass(); }, { refuses: "strangers", uses: [crm] });
export default beforeCreateUser([asks]);`;
    const begun = performance.now();
    expect(await result(text, { answers: { crm: { body: {}, afterMs: ms } }, expect: expected })).toMatchObject({ right: true });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe("a rule with a missing await", () => {
  const hasty = (loop: string) => `
import { beforeCreateUser, defineRule, service, pass, block } from "entra-gatehouse";
const crm = service("crm", { url: "https://crm.example" });
const hasty = defineRule("hasty", async ({ services }) => { ["a"].forEach(async () => { ${loop} }); return pass(); }, { refuses: "strangers", uses: [crm, { secret: "key" }] });
export default beforeCreateUser([hasty]);`;

  it.each([
    {
      what: "a call",
      loop: "await services.call('crm', { path: '/' }).catch(() => 0);",
      says: /answered before its work had ended \(crm\)/,
    },
    { what: "a fetch", loop: "await fetch('https://crm.example/');", says: /answered before its work had ended \(crm\.example\)/ },
    { what: "a secret", loop: "await services.secret('key');", says: /answered before its work had ended \(the secret key\)/ },
    { what: "a read", loop: "await services.read([]);", says: /answered before its work had ended \(read\)/ },
    {
      what: "a call without an answer",
      loop: "await services.call('crm', { path: '/' });",
      answers: {},
      says: /answered before its work had ended \(crm\)/,
    },
    {
      what: "a fetch without an answer",
      loop: "await fetch('https://crm.example/').catch(() => 0);",
      answers: {},
      says: /answered before its work had ended \(crm\.example\)/,
    },
  ])("fails its case for $what", async ({ loop, answers = { crm: { body: {} } }, says }) => {
    const [{ message }] = ((await result(hasty(loop), { answers, expect: { verdict: "continue" } })) as CaseResult).differences
      .filter(({ what }) => what === "failure")
      .map(({ got }) => ({ message: String(got) })) as [{ message: string }];
    expect(message).toMatch(/^the rule hasty failed: .*; where that is right, expect "failure": "rule"$/);
    expect(message).toMatch(says);
  });
});

describe("several requests one after another", () => {
  const counting = `
import { beforeCreateUser, beforeSendingToken, defineRule, pass, block } from "entra-gatehouse";
const key = (n) => ({ table: "ledger", key: { id: "tries" } });
export const counts = defineRule("counts", ({ records }) => {
    const tries = Number(records.get(key())?.tries ?? 0);
    if (tries >= 20) return block("tries.all");
    const condition = tries === 0 ? "absent" : { tries };
    return pass({ effects: [{ table: "ledger", item: { id: "tries", tries: tries + 1 }, condition, onConflict: block("tries.lost") }] });
  }, { refuses: "strangers", uses: [{ table: "ledger", access: "write" }], needs: () => [key()] });
export default beforeCreateUser([counts]);`;

  it.each([
    { what: "repeat, the last answer counts", each: { repeat: 20, expect: { verdict: "continue" } } },
    { what: "one more", each: { repeat: 21, expect: { verdict: "block", reason: "tries.all" } } },
    { what: "rows of the ledger", each: { rows: { ledger: [{ id: "tries", tries: 20 }] }, expect: { verdict: "block" } } },
    { what: "each of those before", each: { earlier: [{ repeat: 20, expect: { verdict: "continue" } }], expect: { verdict: "block" } } },
  ])("$what", async ({ each }) => expect(await result(counting, each)).toMatchObject({ right: true, differences: [] }));

  describe("by a different person each time count as expected:", () => {
    const code = `import { beforeCreateUser, permittedValue } from "entra-gatehouse";
export default beforeCreateUser([permittedValue("extension_Code", { maxUses: 20 })]);`;
    const rows = { referenceData: [{ list: "extension_Code", value: "welcome" }] };
    const request = (email: string) => ({ email, attributes: { extension_Code: "welcome" } });
    const last = request("last@contoso.com");
    it.each([
      {
        what: "twenty people before",
        each: {
          request: last,
          earlier: [{ email: "kim{n}@contoso.com", repeat: 20, expect: { verdict: "continue" } }],
          expect: { reason: "code.used-up" },
        },
      },
      {
        what: "nineteen",
        each: { request: last, earlier: { email: "kim{n}@contoso.com", repeat: 19 }, expect: { verdict: "continue" } },
      },
      {
        what: "twenty times one person",
        each: { request: last, earlier: [{ email: "kim@contoso.com", repeat: 20 }], expect: { verdict: "continue" } },
      },
      { what: "the request itself", each: { request: request("kim{n}@contoso.com"), repeat: 21, expect: { reason: "code.used-up" } } },
      {
        what: "one person's guesses",
        each: {
          now: "2026-11-20T12:00:00Z",
          request: last,
          earlier: [{ attributes: { extension_Code: "wrong-{n}" }, repeat: 5, expect: { verdict: "invalid" } }],
          expect: { reason: "code.too-many-guesses" },
        },
      },
    ])("$what", async ({ each }) => expect(await result(code, { rows, ...each })).toMatchObject({ right: true, differences: [] }));
  });

  describe("up to a limit", () => {
    const limits = (options: string) => `import { beforeCreateUser, limit } from "entra-gatehouse";
export default beforeCreateUser([limit(${options})], { admitsEverybody: "A test." });`;
    const byNetwork = limits('{ by: "network", windows: [{ max: 5, per: "1h" }] }');
    const byDomain = limits('{ by: "domain", windows: [{ max: 5, per: "1h" }] }');
    const now = "2026-06-15T12:30:00Z";
    const request = { email: "kim@contoso.com", tenant: "external-tenant", ipAddress: "203.0.113.24" };
    const full = { verdict: "block", reason: "limit.reached" };
    const open = { verdict: "continue" };
    const five = { email: "p{n}@y{n}.com", repeat: 5, minutesBefore: 10, expect: open };

    it.each([
      { what: "five people of the network, minutes before", policy: byNetwork, each: { earlier: [five], expect: full } },
      {
        what: "five people of another network",
        policy: byNetwork,
        each: { earlier: [{ ...five, ipAddress: "203.0.113.25" }], expect: open },
      },
      {
        what: "five people of five networks",
        policy: byNetwork,
        each: { earlier: [{ ...five, ipAddress: "203.0.113.{n}" }], expect: open },
      },
      {
        what: "five people of that network, said in a row",
        policy: byNetwork,
        each: { rows: { admitted: [{ limit: "network", who: { ipAddress: "203.0.113.24" }, count: 5 }] }, expect: full },
      },
      {
        what: "five people of another, said in a row",
        policy: byNetwork,
        each: { rows: { admitted: [{ limit: "network", who: { ipAddress: "203.0.113.25" }, count: 5 }] }, expect: open },
      },
      {
        what: "five people of the case's own network",
        policy: byNetwork,
        each: { rows: { admitted: [{ limit: "network", count: 5 }] }, expect: full },
      },
      {
        what: "five people of the domain",
        policy: byDomain,
        each: { rows: { admitted: [{ limit: "domain", who: "lee@contoso.com", count: 5 }] }, expect: full },
      },
      {
        what: "five people of one application, of which the case is another's",
        policy: limits('{ by: "application", windows: [{ max: 5, per: "1h" }] }'),
        each: { earlier: [{ ...five, application: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11" }], expect: open },
      },
    ])("$what", async ({ policy, each }) =>
      expect(await result(policy, { now, request, ...each })).toMatchObject({ right: true, differences: [], notes: [] }),
    );

    it("explain why people of the hour before do not count", async () => {
      const { minutesBefore: _, ...hourBefore } = five;
      expect(await result(byNetwork, { now, request, earlier: [hourBefore], expect: full })).toMatchObject({
        right: false,
        notes: [
          'earlier[0] came at 2026-06-15T11:30:00.000Z, before a window of limit that the case falls into, and does not count there: set "now" of the case, such as "2026-06-15T12:30:00Z", and "minutesBefore" of earlier[0].',
        ],
      });
    });

    const observed = limits('{ by: "domain", windows: [{ max: 5, per: "1h" }], then: "observe" }');
    it.each([
      { findings: { "limit-domain": "reached" }, count: 5, differences: [] },
      { findings: { "limit-domain": null }, count: 4, differences: [] },
      { findings: {}, count: 5, differences: [] },
      {
        findings: { "limit-domain": null },
        count: 5,
        differences: [{ what: "findings.limit-domain", expected: undefined, got: "reached" }],
      },
      {
        findings: { "limit-domain": "reached" },
        count: 4,
        differences: [{ what: "findings.limit-domain", expected: "reached", got: undefined }],
      },
    ])("are compared with the expected findings $findings if $count people came before", async ({ findings, count, differences }) => {
      const rows = { admitted: [{ limit: "domain", count }] };
      expect(await result(observed, { now, request, rows, expect: { ...open, findings } })).toMatchObject({ differences });
    });
  });

  it("name an earlier answer that was not as expected", async () => {
    const earlier = { expect: { verdict: "block" } };
    expect(await result(counting, { earlier, expect: { verdict: "continue" } })).toMatchObject({
      right: false,
      differences: [{ what: "earlier.verdict", expected: "block", got: "continue" }],
    });
  });

  it("go through the steps of a journey, with the data that each step leaves", async () => {
    const content = one({
      earlier: [
        { step: "after-sign-in", expect: { verdict: "continue" } },
        { repeat: 19, expect: { verdict: "continue" } },
      ],
      expect: { verdict: "block", reason: "tries.all" },
    });
    const folder = policyFolder({
      "after-sign-in.ts": counting.replaceAll("beforeCreateUser(", "afterSignIn(").replace("beforeSendingToken", "afterSignIn"),
      "before-create-user.ts": counting,
      "cases/one.json": content,
    });
    expect((await runCases(folder)).results[0]).toMatchObject({ right: true, differences: [] });
  });
});

describe("ledger rows that a case states in words lead to the expected verdict for", () => {
  const policy = `import { beforeCreateUser, permittedValue } from "entra-gatehouse";
export default beforeCreateUser([permittedValue("city", { list: "codes", maxUses: 1, case: "RULE" })]);`;
  const referenceData = [{ list: "codes", value: "X1" }];
  const invalid = (reason: string) => ({ verdict: "invalid", reason });

  it.each([
    {
      what: "a code that somebody else used",
      rows: { usedCodes: [{ list: "codes", value: "X1", by: "lee@contoso.com" }] },
      expect: invalid("code.used-up"),
    },
    {
      what: "a code that the person used",
      rows: { usedCodes: [{ list: "codes", value: "X1", by: "kim@contoso.com" }] },
      expect: { verdict: "continue" },
    },
    {
      what: "a code of another list",
      rows: { usedCodes: [{ list: "other", value: "X1", by: "lee@contoso.com" }] },
      expect: { verdict: "continue" },
    },
    { what: "the last guess", rows: { guesses: [{ list: "codes", who: "kim@contoso.com", count: 4 }] }, expect: { verdict: "continue" } },
    {
      what: "one guess too many",
      rows: { guesses: [{ list: "codes", who: "kim@contoso.com", count: 5 }] },
      expect: { verdict: "block", reason: "code.too-many-guesses" },
    },
    {
      what: "guesses of somebody else",
      rows: { guesses: [{ list: "codes", who: "lee@contoso.com", count: 5 }] },
      expect: { verdict: "continue" },
    },
  ])("$what", async ({ rows, expect: expected }) => {
    for (const rule of ["ignore", "exact"]) {
      const each = {
        request: { email: "kim@contoso.com", attributes: { city: "X1" } },
        rows: { referenceData, ...rows },
        expect: expected,
      };
      expect(await result(policy.replace("RULE", rule), each)).toMatchObject({ right: true, differences: [] });
    }
  });
});

describe("a value set by one step of a journey reaches the next step", () => {
  const steps = {
    "after-sign-in.ts": `import { afterSignIn, defineRule, pass, block } from "entra-gatehouse";
export default afterSignIn([defineRule("prefills", () => pass({ attributes: { city: "Seoul" } }), { sets: ["city"] })]);`,
    "before-create-user.ts": `import { beforeCreateUser, defineRule, pass, block } from "entra-gatehouse";
export default beforeCreateUser([defineRule("asks", ({ signUp: { attributes } }) => block("city." + attributes.city), { refuses: "strangers" })]);`,
  };

  it.each([
    { what: "a prefill", request: {}, first: {}, reason: "city.Seoul" },
    { what: "not what the case states", request: { attributes: { city: "Busan" } }, first: {}, reason: "city.Busan" },
    { what: "not what somebody else got", request: {}, first: { email: "lee@contoso.com" }, reason: "city.undefined" },
  ])("$what", async ({ request, first, reason }) => {
    const each = {
      name: "one",
      request: { email: "kim@contoso.com", ...request },
      earlier: [{ step: "after-sign-in", ...first }],
      expect: { verdict: "block", reason },
    };
    const folder = policyFolder({ ...steps, "cases/one.json": { cases: [each] } });
    expect((await runCases(folder)).results[0]).toMatchObject({ right: true, differences: [] });
  });
});
