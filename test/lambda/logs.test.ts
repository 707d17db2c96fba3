import { createServer } from "node:http";
import * as v from "valibot";
import { environment } from "../../adapters/aws/environment";
import { service } from "../../adapters/vendors/http/service";
import { type AnyRule, makeRule, type Rule } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { accessList } from "../../features/access-list/rule";
import { shadow } from "../../features/shadow/rule";
import { validate } from "../../features/validate/rule";
import { type Answer, json, noRows, refuse, rowsOf, text } from "../adapters/aws/aws-double";
import { CONTINUE } from "../engine/sign-up/people";
import { type Claims, fixture, fixtureNames, valuesIn } from "../fixtures";
import { anyPolicy } from "../support/any-policy";
import { listen } from "../support/dynamodb";
import { asking, type Request, surroundings } from "./invoke";

const { aws, output } = surroundings();

/** Every value sent that says something of a person, in the spellings it could appear in. */
function traces(claims: Claims): readonly string[] {
  const values = valuesIn(claims).filter((value) => value.length > 2 || /[^\x20-\x7e]/.test(value));
  return [
    ...new Set(values.flatMap((value) => [value, value.toLowerCase(), JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])),
  ];
}

function expectSilenceOn(claims: Claims): void {
  const written = output.text();
  expect(written).toMatch(/"message":"(decided|failed closed)"/);
  expect(traces(claims).filter((value) => written.includes(value))).toEqual([]);
}

const quote = (signUp: SignUp) => JSON.stringify(signUp);
const throwing = (make: (signUp: SignUp) => unknown): Rule =>
  makeRule({
    name: "broken",
    decide: (signUp) => {
      throw make(signUp);
    },
  });

describe("the log", () => {
  it.each(
    fixtureNames.flatMap((name) => [
      { name, kind: "continue", answer: rowsOf({ "example.com": "allow", "fabrikam.com": "allow" }) },
      { name, kind: "block", answer: noRows },
    ]),
  )("holds no claim's value after the event $name with the answer $kind", async ({ name, answer }) => {
    aws.will(answer);
    await asking(anyPolicy([accessList()]))({ body: fixture(name) });
    expectSilenceOn(fixture(name));
  });

  const broken: Record<string, Rule> = {
    "an error that quotes the person": throwing((signUp) => new Error(quote(signUp))),
    "an error that quotes her in what looks like a stack": throwing(
      ({ email }) => new Error(`sent\n    at ${email} (/${email}:1:1)\n    at x:1:1`),
    ),
    "an error without message whose stack quotes her": throwing(({ email }) =>
      Object.assign(new Error(""), { stack: `Error: ${email}\n at ${email}` }),
    ),
    "an error with a cause": throwing((signUp) => new Error("outer", { cause: new Error(quote(signUp)) })),
    "several errors": throwing((signUp) => new AggregateError([new Error(quote(signUp))], quote(signUp))),
    "an error with fields": throwing((signUp) => Object.assign(new Error("x"), { signUp, toJSON: () => signUp })),
    "a text": throwing(quote),
    "the sign-up itself": throwing((signUp) => signUp),
    "a rejection": makeRule({ name: "broken", decide: (signUp) => Promise.reject(new Error(quote(signUp))) }),
    "an answer of another kind": makeRule({ name: "broken", decide: ((signUp: SignUp) => ({ kind: quote(signUp) })) as never }),
    "an attribute set to nothing": makeRule({
      name: "broken",
      decide: ({ email }) => ({ kind: "continue", attributes: { city: email, state: null as never } }),
    }),
    "broken preparation": makeRule({
      name: "broken",
      prepare: (signUp) => {
        throw new Error(quote(signUp));
      },
    }),
    "broken needs": makeRule({
      name: "broken",
      needs: (signUp) => {
        throw new Error(quote(signUp));
      },
    }),
    "a hanging rule": makeRule({ name: "broken", decide: () => new Promise<never>(() => undefined) }),
    "a finding": makeRule({ name: "finding", decide: ({ email }) => ({ kind: "continue", findings: { email } }) }),
    "a block text": makeRule({
      name: "blocking",
      decide: ({ email }) => ({ kind: "block", reason: "own", message: `Not you, ${email}` }),
    }),
    "an attribute": makeRule({ name: "setting", decide: ({ email }) => ({ kind: "continue", attributes: { city: email } }) }),
  };

  it.each(Object.keys(broken))("holds no claim's value after %s", async (kind) => {
    const rule = broken[kind] as Rule;
    const claims = fixture("b2b-before-create-google");
    await asking(anyPolicy([rule, shadow(rule as AnyRule)], { deadline: "600ms" }))({ body: claims });
    expectSilenceOn(claims);
  });

  it("holds no claim's value after problems that quote the values", async () => {
    const claims = fixture("b2b-before-create-google");
    await asking(anyPolicy([validate(v.object({ city: v.picklist(["Seoul"]), email: v.literal("x") }))]))({ body: claims });
    expectSilenceOn(claims);
  });

  it.each<{ kind: string; answer: Answer }>([
    {
      kind: "an error that quotes the keys",
      answer: refuse("ValidationException", 400, { message: "mina.kang@example.com 110248495921238986420" }),
    },
    { kind: "a page that quotes them", answer: text("<html>mina.kang@example.com</html>", 500) },
    { kind: "a page in place of JSON", answer: text("mina.kang@example.com", 200) },
    { kind: "an error code that quotes them", answer: json({ __type: "x#", message: "mina.kang@example.com" }, 400) },
  ])("holds no claim's value after DynamoDB answered with $kind", async ({ answer }) => {
    aws.will(answer);
    const claims = fixture("b2b-before-create-google");
    await asking(anyPolicy([accessList()], { deadline: "1s" }))({ body: claims });
    expectSilenceOn(claims);
  });

  it.each<{ kind: string; change: (claims: Claims) => Partial<Request> }>([
    { kind: "cannot be parsed", change: (claims) => ({ body: JSON.stringify(claims).slice(0, -2) }) },
    { kind: "has a claim of another type", change: (claims) => ({ body: { ...claims, city: ["Portland"] } }) },
    { kind: "has no usable e-mail", change: (claims) => ({ body: { ...claims, email: "mina.kang@example.com@x" } }) },
    { kind: "has another content type", change: () => ({ event: { headers: { "content-type": "text/plain" } } }) },
    { kind: "makes the handler itself fail", change: (claims) => ({ event: { body: claims as never } }) },
  ])("holds no claim's value after a request that $kind", async ({ change }) => {
    const claims = fixture("b2b-before-create-google");
    await asking(anyPolicy([makeRule({ name: "open", decide: () => CONTINUE })]))({ body: claims, ...change(claims) });
    expectSilenceOn(claims);
  });

  it("holds no claim's value after a service call, and no part of the call or of its answer", async () => {
    const crm = createServer((_, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ name: "mina.kang@example.com" })),
    );
    const url = await listen(crm);
    const calling = makeRule({
      name: "calling",
      uses: [service("crm", { url })],
      async decide({ email }, { services }) {
        const query = { email };
        await services.call("crm", {
          method: "POST",
          path: "/p/{email}",
          params: { email },
          query,
          json: query,
          schema: v.object({ name: v.number() }),
        });
        return CONTINUE;
      },
    });
    const claims = fixture("b2b-before-create-google");
    await asking(anyPolicy([calling, shadow(calling)]))({ body: claims });
    crm.close();
    expectSilenceOn(claims);
    expect(output.text()).toContain("calling: failed (crm unexpected 200 name)");
    expect(output.text()).not.toContain(url);
  });

  it("holds no claim's value after a rule fails, and no secret header of the caller", async () => {
    const headers = { "content-type": "application/json", Authorization: "Basic c2VjcmV0OnNlY3JldA==", Cookie: "secret=1" };
    await asking(anyPolicy([throwing(() => new Error("x"))]))({ body: { email: "kim@contoso.com" }, event: { headers } });
    expect(output.text()).not.toMatch(/c2VjcmV0|secret|kim@/);
  });
});

describe("the log shows", () => {
  it("the place where an error arose", async () => {
    await asking(anyPolicy([throwing(() => new TypeError("x"))]))({ body: { email: "kim@contoso.com" } });
    const [line] = output.lines();
    expect(line).toMatchObject({ level: "ERROR", rule: "broken", failure: { why: "rule", error: "TypeError" } });
    expect(line).toHaveProperty("failure.at.0", expect.stringContaining("logs.test.ts"));
  });

  it("each rule's answer in one line, but no answers of shadowed rules", async () => {
    aws.will(rowsOf({ "contoso.com": "allow" }));
    const tried = makeRule({ name: "tried", decide: () => ({ kind: "block", reason: "x" }) });
    await asking(anyPolicy([accessList(), shadow(tried)]))({ body: { email: "kim@contoso.com" } });
    expect(output.lines().filter(({ message }) => message !== undefined)).toEqual([
      expect.objectContaining({
        level: "INFO",
        message: "decided",
        step: "before-create-user",
        verdict: "continue",
        trace: ["access-list: continue"],
      }),
    ]);
  });

  it("each rule's time if the local runner asks for it, and nowhere else", async () => {
    const asked = asking(anyPolicy([shadow(throwing(() => 1)), validate(v.object({})), throwing(() => new Error("x"))]));
    await asked({ body: { email: "kim@contoso.com" } });
    expect(output.lines()[0]).not.toHaveProperty("ruleTimes");
    process.env[environment.ruleTimes] = "present";
    await asked({ body: { email: "lee@contoso.com" } });
    delete process.env[environment.ruleTimes];
    const told = output.lines().find((line) => line.ruleTimes !== undefined);
    const ms = expect.any(Number);
    expect(told?.ruleTimes).toEqual([
      { rule: "validate", ms },
      { rule: "broken", ms },
    ]);
  });
});
