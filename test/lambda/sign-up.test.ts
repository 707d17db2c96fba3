import * as v from "valibot";
import { stepWorld } from "../../adapters/aws/world";
import { afterSignIn } from "../../engine/sign-up/policy";
import { makeRule } from "../../engine/sign-up/rule";
import { accessList } from "../../features/access-list/rule";
import { assign } from "../../features/assign/rule";
import { decidingParts } from "../../features/deciding-parts";
import { validate } from "../../features/validate/rule";
import { connectorHandler } from "../../handlers/sign-up";
import { costOfAMillion } from "../../scripts/costs/million";
import { type Answer, after, cutShort, hang, json, noRows, refuse, reset, rowsOf, text, unprocessed } from "../adapters/aws/aws-double";
import { CONTINUE, hanging, saying } from "../engine/sign-up/people";
import { type Claims, fixture, fixtureNames } from "../fixtures";
import { anyPolicy } from "../support/any-policy";
import { proxyEvent } from "../support/events";
import { stopwatch } from "../support/stopwatch";
import { type Answered, asking, assertInContract, lambdaContext, type Request, setEnvironment, surroundings } from "./invoke";

const REFERENCE = /\(Reference: ([34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4})\)$/;
const UNAVAILABLE = /^We cannot process your sign-up right now\. Please try again later\. \(Reference: .{9}\)$/;
const kim: Claims = { email: "kim@contoso.com", city: "Seoul" };

const { aws, output } = surroundings();

const listed = (deadlineMs = 8_000) => asking(anyPolicy([accessList()], { deadline: `${deadlineMs}ms` }));
const open = (...rules: ReturnType<typeof saying>[]) => asking(anyPolicy([makeRule({ name: "open", decide: () => CONTINUE }), ...rules]));
const page = (answered: Answered) => String(answered.body.userMessage);

describe("the answer", () => {
  it.each([
    { entry: { "contoso.com": "allow" }, action: "Continue", status: 200 },
    { entry: { "contoso.com": "deny" }, action: "ShowBlockPage", status: 200 },
    { entry: {}, action: "ShowBlockPage", status: 200 },
  ])("follows the list's rows $entry: $action", async ({ entry, action, status }) => {
    aws.will(rowsOf(entry as Record<string, string>));
    const answered = await listed()({ body: kim });
    expect(answered).toMatchObject({ status, body: { action } });
    assertInContract(answered, "before-create-user");
    expect(aws.calls).toHaveLength(1);
  });

  it("reads as many rows as the cost estimate for a million sign-ups counts", async () => {
    const bill = costOfAMillion().find(({ part }) => part === "DynamoDB, reads")?.used ?? "";
    const [, counted = ""] = /\((.+)\)/.exec(bill) ?? [];
    const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" }];
    await listed()({ body: { email: "kim@fabrikam.com", identities } });
    const asked = aws.calls[0]?.input.RequestItems as Record<string, { readonly Keys: readonly object[] }>;
    const read = Object.values(asked).flatMap(({ Keys }) => Keys).length;
    // A repeat's key of the minute before is asked for in every other half minute.
    expect(Math.abs(counted.split(" + ").reduce((sum, term) => sum + Number.parseFloat(term), 0) - read)).toBe(0.5);
  });

  it("shows a denied person the same as an unlisted one", async () => {
    aws.will(rowsOf({ "contoso.com": "deny" }));
    const denied = page(await listed()({ body: kim }));
    aws.will(noRows);
    const unlisted = page(await listed()({ body: { ...kim, city: "Busan" } }));
    expect(denied.replace(REFERENCE, "")).toBe(unlisted.replace(REFERENCE, ""));
  });

  it("holds only changed values", async () => {
    const answered = await asking(anyPolicy([assign({ city: "Seoul", country: "KR" })]))({ body: kim });
    expect(answered.body).toEqual({ version: "1.0.0", action: "Continue", country: "KR" });
  });

  it.each(fixtureNames)("is a valid Continue to the documented request %s", async (name) => {
    aws.will(rowsOf({ "example.com": "allow", "fabrikam.com": "allow" }));
    const answered = await listed()({ body: fixture(name) });
    expect(answered.body).toEqual({ version: "1.0.0", action: "Continue" });
  });

  it("carries headers that forbid caching", async () =>
    expect((await open()({ body: kim })).headers).toEqual({ "Content-Type": "application/json", "Cache-Control": "no-store" }));
});

describe("when DynamoDB", () => {
  const allowed = rowsOf({ "contoso.com": "allow" });
  const throttled = refuse("ProvisionedThroughputExceededException");

  it.each<{ does: string; answers: Answer[]; action: string }>([
    { does: "is slow", answers: [after(300, allowed)], action: "Continue" },
    { does: "throttles, then answers", answers: [throttled, allowed], action: "Continue" },
    { does: "resets the connection, then answers", answers: [reset, allowed], action: "Continue" },
    { does: "cuts the answer short, then answers", answers: [cutShort, allowed], action: "Continue" },
    { does: "leaves keys over, then answers", answers: [unprocessed, allowed], action: "Continue" },
    { does: "throttles for ever", answers: [throttled], action: "ShowBlockPage" },
    { does: "resets every connection", answers: [reset], action: "ShowBlockPage" },
    { does: "cuts every answer short", answers: [cutShort], action: "ShowBlockPage" },
    { does: "leaves keys over for ever", answers: [unprocessed], action: "ShowBlockPage" },
    { does: "hangs", answers: [hang], action: "ShowBlockPage" },
    { does: "is slower than the deadline", answers: [after(3_000, allowed)], action: "ShowBlockPage" },
    { does: "answers HTML", answers: [text("<html>502 Bad Gateway</html>", 502)], action: "ShowBlockPage" },
    { does: "answers HTML as if all were well", answers: [text("<html>Welcome</html>", 200)], action: "ShowBlockPage" },
    { does: "answers nothing to the point", answers: [json({})], action: "ShowBlockPage" },
    { does: "denies access", answers: [refuse("AccessDeniedException")], action: "ShowBlockPage" },
    { does: "has no such table", answers: [refuse("ResourceNotFoundException")], action: "ShowBlockPage" },
  ])("$does, the answer is $action and arrives in time", async ({ answers, action }) => {
    aws.will(...answers);
    // What comes to an answer is given the time that a busy machine takes.
    const deadlineMs = action === "Continue" ? 8_000 : 1_200;
    const elapsed = stopwatch();
    const answered = await listed(deadlineMs)({ body: kim });
    expect(elapsed()).toBeLessThan(deadlineMs);
    assertInContract(answered, "before-create-user");
    expect(answered.body.action).toBe(action);
    if (action === "ShowBlockPage") expect(page(answered)).toMatch(UNAVAILABLE);
  });

  it("cannot be reached, nobody gets in, even if the policy admits unlisted people", async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = "http://127.0.0.1:1";
    const answered = await asking(anyPolicy([accessList({ otherwise: "continue" })]))({ body: kim });
    setEnvironment(aws.endpoint);
    expect(page(answered)).toMatch(UNAVAILABLE);
  });

  it("fails, the log has the reference and the failure at level ERROR", async () => {
    aws.will(refuse("AccessDeniedException"));
    const answered = await listed()({ body: kim });
    expect(output.lines()).toContainEqual(
      expect.objectContaining({
        level: "ERROR",
        message: "failed closed",
        reference: REFERENCE.exec(page(answered))?.[1],
        reasons: ["gatehouse.unavailable"],
        failure: expect.objectContaining({ why: "read", error: "AccessDeniedException" }),
      }),
    );
    expect(output.text()).toContain('"FailedClosed":1');
  });

  it("fails, the failure is counted once for the alarm and once per function version for the canary", async () => {
    Object.assign(process.env, { AWS_LAMBDA_FUNCTION_NAME: "gate-step", AWS_LAMBDA_FUNCTION_VERSION: "7" });
    aws.will(refuse("AccessDeniedException"));
    await listed()({ body: kim });
    const counted = output.lines().filter((line) => "FailedClosed" in line);
    expect(
      counted.map(({ _aws }) => (_aws as { CloudWatchMetrics: { Dimensions: string[][] }[] }).CloudWatchMetrics[0]?.Dimensions),
    ).toEqual([[["service", "function", "version"]], [["service"]]]);
    expect(counted[0]).toMatchObject({ FailedClosed: 1, function: "gate-step", version: "7" });
  });
});

it("a decision is one log line, which includes its metric", async () => {
  aws.will(rowsOf({ "contoso.com": "allow" }));
  await listed()({ body: kim });
  const [line, ...others] = output.lines();
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    message: "decided",
    verdict: "continue",
    Decisions: 1,
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        { Namespace: "Gatehouse", Dimensions: [["service", "gate", "verdict", "source", "step"]], Metrics: [{ Name: "Decisions" }] },
      ],
    },
  });
  // CloudWatch takes a dimension's value from the line itself.
  for (const name of ["service", "gate", "verdict", "source", "step"]) expect(typeof line?.[name]).toBe("string");
});

it("the log line holds the answer's time and the function's version if a canary needs them", async () => {
  vi.stubEnv("GATEHOUSE_VERSION_TIMES", "true").stubEnv("AWS_LAMBDA_FUNCTION_NAME", "step").stubEnv("AWS_LAMBDA_FUNCTION_VERSION", "7");
  aws.will(rowsOf({ "contoso.com": "allow" }));
  await listed()({ body: kim });
  const [line = {}] = output.lines();
  const timed = {
    Namespace: "Gatehouse",
    Dimensions: [["service", "function", "version"]],
    Metrics: [{ Name: "AnswerMs", Unit: "Milliseconds" }],
  };
  expect(line).toMatchObject({ function: "step", version: "7", AnswerMs: expect.any(Number) });
  expect((line._aws as { CloudWatchMetrics: object[] }).CloudWatchMetrics[1]).toEqual(timed);
  vi.unstubAllEnvs();
});

describe("the deadline", () => {
  const slow = (milliseconds: number) =>
    makeRule({
      name: "slow",
      decide: () => new Promise<typeof CONTINUE>((resolve) => setTimeout(() => resolve(CONTINUE), milliseconds)),
    });
  const timed = async (
    rule: ReturnType<typeof makeRule>,
    { deadlineMs = 1_500, ...request }: Partial<Request> & { deadlineMs?: number },
  ) => {
    const ask = asking(anyPolicy([rule], { deadline: `${deadlineMs}ms` }));
    const elapsed = stopwatch();
    const answered = await ask({ body: kim, ...request });
    return { action: answered.body.action, took: elapsed() };
  };
  const stamped = (ago: unknown) => {
    const event = proxyEvent("/before-create-user", null);
    return { requestContext: { ...event.requestContext, requestTimeEpoch: typeof ago === "number" ? Date.now() - ago : ago } as never };
  };

  it.each([
    { given: "no time lost", ago: 0, action: "Continue" },
    { given: "some time lost at the gateway", ago: 3_000, action: "Continue" },
    { given: "too much time lost at the gateway", ago: 7_500, action: "ShowBlockPage" },
    { given: "more time lost than there was", ago: 20_000, action: "ShowBlockPage" },
    { given: "a stamp older than the gateway waits", ago: 30_000, action: "Continue" },
    { given: "a stamp of another day", ago: 86_400_000, action: "Continue" },
    { given: "a stamp of the future", ago: -10_000, action: "Continue" },
    { given: "a stamp that is no number", ago: "soon", action: "Continue" },
    { given: "a stamp of null", ago: null, action: "Continue" },
  ])("counts from the arrival at the gateway: $given, $action", async ({ ago, action }) => {
    expect(await timed(slow(300), { deadlineMs: 8_000, event: stamped(ago) })).toMatchObject({ action });
  });

  it("is kept even if a rule hangs", async () => {
    const { action, took } = await timed(hanging, { event: stamped(400) });
    expect(action).toBe("ShowBlockPage");
    expect(took).toBeLessThan(1_100);
  });

  it("is never later than the function's own end", async () => {
    const { action, took } = await timed(hanging, { deadlineMs: 8_000, context: { getRemainingTimeInMillis: () => 1_000 } });
    expect(action).toBe("ShowBlockPage");
    expect(took).toBeLessThan(700);
  });

  it("is four seconds by default", async () => {
    const started = Date.now();
    const elapsed = stopwatch();
    const answered = await asking(anyPolicy([hanging]))({ body: kim, event: stamped(3_300) });
    expect(answered.body.action).toBe("ShowBlockPage");
    expect(elapsed()).toBeLessThan(700);
    expect(Date.now() - started).toBeGreaterThan(200);
  });
});

describe("the reference of a call", () => {
  const NOW = new Date("2026-03-01T12:00:10Z");
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
    aws.will(noRows);
  });
  afterEach(() => vi.useRealTimers());
  const referenceOf = async (body: unknown) => REFERENCE.exec(page(await listed()({ body })))?.[1];

  it("is the same for the same call in the same minute", async () => {
    const first = await referenceOf(kim);
    vi.setSystemTime(NOW.getTime() + 45_000);
    expect(await referenceOf(kim)).toBe(first);
    expect(first).toBeDefined();
  });

  it.each([
    { other: "person", body: { ...kim, email: "lee@contoso.com" } },
    { other: "attribute", body: { ...kim, city: "Busan" } },
    { other: "account", body: { ...kim, identities: [{ issuer: "google.com", issuerAssignedId: "1" }] } },
  ])("differs for another $other", async ({ body }) => expect(await referenceOf(body)).not.toBe(await referenceOf(kim)));

  it("differs a minute later", async () => {
    const first = await referenceOf(kim);
    vi.setSystemTime(NOW.getTime() + 60_000);
    expect(await referenceOf(kim)).not.toBe(first);
  });

  it("is the same for repeats of an unreadable body", async () => {
    expect(await referenceOf("{")).toBe(await referenceOf("{"));
    expect(await referenceOf("{")).not.toBe(await referenceOf("[{"));
  });

  it("is in the log", async () => {
    const reference = await referenceOf(kim);
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: "decided", reference }));
  });
});

describe("a request", () => {
  const base64 = (body: unknown) => ({
    event: { body: Buffer.from(JSON.stringify(body)).toString("base64"), isBase64Encoded: true },
    body: "",
  });
  const headers = (all: unknown) => ({ body: kim, event: { headers: all as never } });

  it.each<{ that: string; request: Request; action: string }>([
    { that: "is whole", request: { body: kim }, action: "Continue" },
    { that: "is in base64", request: base64({ ...kim, city: "서울" }), action: "Continue" },
    { that: "has header names in lower case", request: headers({ "content-type": "application/json" }), action: "Continue" },
    { that: "has header names in upper case", request: headers({ "CONTENT-TYPE": "application/json;charset=utf-8" }), action: "Continue" },
    { that: "has no requestContext", request: { body: kim, event: { requestContext: undefined as never } }, action: "Continue" },
    { that: "has no body", request: { body: "", event: { body: null } }, action: "ShowBlockPage" },
    { that: "has no body, in base64", request: { body: "", event: { body: null, isBase64Encoded: true } }, action: "ShowBlockPage" },
    { that: "says base64 and is not", request: { body: kim, event: { isBase64Encoded: true } }, action: "ShowBlockPage" },
    { that: "has no headers", request: headers(null), action: "ShowBlockPage" },
    { that: "has headers that are missing", request: headers(undefined), action: "ShowBlockPage" },
    { that: "has an empty content type", request: headers({ "content-type": "" }), action: "ShowBlockPage" },
    { that: "has a content type of null", request: headers({ "content-type": null }), action: "ShowBlockPage" },
    { that: "has a content type that is a list", request: headers({ "content-type": ["application/json"] }), action: "ShowBlockPage" },
    { that: "has a body that is an object", request: { body: "", event: { body: kim as never } }, action: "ShowBlockPage" },
    {
      that: "has a body that is a number",
      request: { body: "", event: { body: 5 as never, isBase64Encoded: true } },
      action: "ShowBlockPage",
    },
    { that: "has an e-mail address that is none", request: { body: { email: "kim" } }, action: "ShowBlockPage" },
  ])("that $that: $action", async ({ request, action }) => {
    const answered = await open()(request);
    expect(answered.body.action).toBe(action);
    assertInContract(answered, "before-create-user");
    if (action === "ShowBlockPage") expect(page(answered)).toMatch(REFERENCE);
  });

  it.each([{}, null, "POST", 5, []])("that is %j is answered like any other unreadable request", async (given) => {
    const result = await connectorHandler(anyPolicy([saying("open", CONTINUE)]), decidingParts)(stepWorld())(given as never, lambdaContext);
    expect(JSON.parse(result.body)).toMatchObject({ action: "ShowBlockPage" });
  });

  it("in base64 keeps every character", async () => {
    let seen: unknown;
    const looking = makeRule({
      name: "looking",
      decide: ({ attributes }) => {
        seen = attributes.city;
        return CONTINUE;
      },
    });
    await asking(anyPolicy([looking]))(base64({ ...kim, city: "부산 🙂" }));
    expect(seen).toBe("부산 🙂");
  });
});

describe("a rule that fails", () => {
  const throwing = saying("x", CONTINUE);
  it.each([
    { step: "after-sign-in", ask: () => asking(afterSignIn([{ ...throwing, decide: () => JSON.parse("{") }] as never)) },
    { step: "before-create-user", ask: () => open({ ...throwing, decide: () => JSON.parse("{") }) },
  ])("causes a block page in the person's language at $step", async ({ step, ask }) => {
    const answered = await ask()({ body: { ...kim, ui_locales: "ko-KR" } });
    assertInContract(answered, step);
    expect(page(answered)).toMatch(/^지금은 가입을 처리할 수 없습니다\. 잠시 후 다시 시도하세요\. \(참조 번호: .{9}\)$/);
  });
});

describe("problems in the answer", () => {
  const validating = (schema: Parameters<typeof validate>[0]) => asking(anyPolicy([validate(schema)]));

  it("are all returned at once, for the person to correct", async () => {
    const ask = validating(v.object({ jobTitle: v.string(), surname: v.string() }));
    expect(await ask({ body: kim })).toMatchObject({
      status: 400,
      body: {
        version: "1.0.0",
        action: "ValidationError",
        status: 400,
        userMessage: expect.stringMatching(/^Job Title: Please fill in this field\. Surname: Please fill in this field\. \(Reference: /),
      },
    });
  });

  it("quote long values only in part", async () => {
    const ask = validating(v.object({ city: v.picklist(["Seoul"]) }));
    const answered = await ask({ body: { ...kim, city: "x".repeat(60_000) } });
    assertInContract(answered, "before-create-user");
    expect(answered.status).toBe(400);
  });
});
