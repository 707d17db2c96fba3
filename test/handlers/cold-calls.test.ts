import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent, Context } from "aws-lambda";
import { WARMING_CALL } from "../../adapters/aws/own-calls";
import { stepWorld } from "../../adapters/aws/world";
import type { Policy } from "../../engine/sign-up/policy";
import { decidingParts } from "../../features/deciding-parts";
import { authorizerHandler } from "../../handlers/authorizer";
import { watchColdCalls } from "../../handlers/cold-calls";
import { extensionHandler } from "../../handlers/extension";
import { connectorHandler } from "../../handlers/sign-up";
import { accessList } from "../../index";
import { json } from "../adapters/aws/aws-double";
import { lambdaContext, surroundings } from "../lambda/invoke";
import { audience, tenantId } from "../lambda/invoke-extension";
import { anyPolicy } from "../support/any-policy";
import { authorizerEvent, proxyEvent } from "../support/events";

const { aws, output } = surroundings();
const policy = anyPolicy([accessList({ otherwise: "continue" })]);
const claims = JSON.stringify({ email: "kim@gmail.com", displayName: "Kim Lee" });
/** The environment's process began now; the call that it was begun for came before. */
const BEGAN = Date.parse("2026-11-29T08:00:00Z");
const ARRIVED = BEGAN - 400;
const ANSWERED = BEGAN + 250;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: ANSWERED });
  Object.assign(process.env, { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: audience });
});
afterEach(() => void vi.useRealTimers());

const newWorld = () => ({ ...stepWorld(), startedAt: BEGAN });

function connector() {
  const handler = connectorHandler(policy, decidingParts)(newWorld());
  return async (requestTimeEpoch: number | undefined, context: object = {}) => {
    const event = proxyEvent("/before-create-user", claims);
    const requestContext = { ...event.requestContext, requestTimeEpoch, ...context };
    const before = aws.records.length;
    await handler({ ...event, requestContext } as APIGatewayProxyEvent, lambdaContext);
    return aws.records.slice(before).map(({ input }) => (input.Item as { coldMs?: { N: string } }).coldMs?.N);
  };
}

describe("the wait of a call at a cold start", () => {
  it.each([
    { call: "that an environment was begun for", arrivedAt: ARRIVED, waits: 650 },
    { call: "that came after it began, as with provisioned concurrency", arrivedAt: BEGAN, waits: undefined },
    { call: "whose arrival is unknown", arrivedAt: undefined, waits: undefined },
    { call: "older than the gateway waits: clocks differ", arrivedAt: ANSWERED - 29_000, waits: undefined },
  ])("$call is $waits ms", ({ arrivedAt, waits }) => {
    expect(watchColdCalls({ ...stepWorld(), startedAt: BEGAN }).measureWait(arrivedAt)).toBe(waits);
  });

  it("is measured for the first call only", () => {
    const calls = watchColdCalls({ ...stepWorld(), startedAt: BEGAN });
    expect([calls.measureWait(ARRIVED), calls.measureWait(ARRIVED)]).toEqual([650, undefined]);
  });

  it("is absent if the time of the environment's start is unknown", () => {
    const { startedAt: _, ...world } = stepWorld();
    expect(watchColdCalls(world).measureWait(ARRIVED)).toBeUndefined();
  });

  it("is counted from the start of the function's process", () => expect(stepWorld().startedAt).toBe(performance.timeOrigin));
});

describe("a step", () => {
  it("records the wait of its environment's first call, and of no later call", async () => {
    const ask = connector();
    expect([await ask(ARRIVED), await ask(ARRIVED)]).toEqual([["650"], [undefined]]);
  });

  it("adds the wait to the decision's line", async () => {
    const ask = connector();
    await ask(ARRIVED);
    await ask(BEGAN);
    const [cold, hot, ...more] = output.lines();
    expect(more).toEqual([]);
    expect(cold).toMatchObject({ message: "decided", Decisions: 1, ColdMs: 650 });
    const metric = { Namespace: "Gatehouse", Dimensions: [["service"]], Metrics: [{ Name: "ColdMs", Unit: "Milliseconds" }] };
    expect((cold?._aws as { CloudWatchMetrics: object[] } | undefined)?.CloudWatchMetrics).toContainEqual(metric);
    expect(JSON.stringify(hot)).not.toContain("ColdMs");
  });

  it("records no wait if a warming call started the environment", async () => {
    const handler = connectorHandler(policy, decidingParts)(newWorld());
    await handler(WARMING_CALL as never, lambdaContext);
    const event = proxyEvent("/before-create-user", claims);
    // The authorizer may have held it up meanwhile.
    await handler({ ...event, requestContext: { ...event.requestContext, requestTimeEpoch: ARRIVED } }, lambdaContext);
    expect(aws.records.at(-1)?.input.Item).not.toHaveProperty("coldMs");
  });

  it("records the wait of an external tenant's call", async () => {
    const handler = extensionHandler(policy as Policy, { decidingParts })(newWorld());
    const jwt = { claims: { ver: "2.0", tid: tenantId, aud: audience, azp: "99045fe1-7639-4a75-9d4a-577b6ca3810f" } };
    const call = { requestId: "r", timeEpoch: ARRIVED, authorizer: { jwt } };
    await handler({ headers: { "content-type": "application/json" }, requestContext: call, body: "{}" } as never, lambdaContext);
    expect(aws.records.at(-1)?.input.Item).toMatchObject({ coldMs: { N: "650" } });
  });
});

describe("the authorizer", () => {
  const authorization = `Basic ${Buffer.from("entra:p").toString("base64")}`;
  const authorizer = () => {
    const handler = authorizerHandler(newWorld()) as (event: APIGatewayRequestAuthorizerEvent, context?: Context) => Promise<object>;
    return async (requestId: string, requestTimeEpoch: number) => {
      aws.will(json({ SecretString: '{"username":"entra","password":"p"}', CreatedDate: 1_700_000_000 }));
      const event = authorizerEvent(authorization);
      return await handler({ ...event, requestContext: { ...event.requestContext, requestId, requestTimeEpoch } });
    };
  };

  it("passes to the step the wait and the id of the first call in its environment, but of no later call", async () => {
    const authorize = authorizer();
    expect(await authorize("one", ARRIVED)).toMatchObject({ context: { coldFor: "one", coldMs: 650 } });
    const { context } = (await authorize("two", ARRIVED)) as { context: object };
    expect(Object.keys(context)).toEqual(["credentials"]);
  });

  // API Gateway makes texts of a context's numbers.
  const told = { coldFor: "one", coldMs: "300" };
  it.each([
    { step: "warm, asked by that call", requestId: "one", arrivedAt: BEGAN, authorizer: told, recorded: "300" },
    { step: "warm, asked by a later call, to which the gateway repeats it", requestId: "two", arrivedAt: BEGAN, authorizer: told },
    { step: "cold too: its wait has the authorizer's in it", requestId: "one", arrivedAt: ARRIVED, authorizer: told, recorded: "650" },
    { step: "cold, where a kept answer is repeated", requestId: "two", arrivedAt: ARRIVED, authorizer: told, recorded: "650" },
    { step: "warm, and told no number", requestId: "one", arrivedAt: BEGAN, authorizer: { coldFor: "one", coldMs: "x" } },
    { step: "warm, without a context", requestId: "one", arrivedAt: BEGAN, authorizer: null },
  ])("has its wait recorded at most once by a step that is $step", async ({ requestId, arrivedAt, authorizer: context, recorded }) => {
    expect(await connector()(arrivedAt, { requestId, authorizer: context })).toEqual([recorded]);
  });
});
