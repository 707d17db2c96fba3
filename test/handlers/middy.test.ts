import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { awsLog, stepWorld } from "../../adapters/aws/world";
import { apiConnector } from "../../engine/protocols/api-connector";
import type { Dialect } from "../../engine/protocols/dialect";
import { decidingParts } from "../../features/deciding-parts";
import { stepHandler } from "../../handlers/sign-up";
import { packageRoot } from "../../lib/app-root";
import { noRows } from "../adapters/aws/aws-double";
import { CONTINUE, saying } from "../engine/sign-up/people";
import { lambdaContext, surroundings } from "../lambda/invoke";
import { anyPolicy } from "../support/any-policy";
import { proxyEvent } from "../support/events";

const { aws, output } = surroundings();

/** Tools of a function as Powertools has them, which note what each call leaves behind. */
function makeTools() {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: "test", serviceName: "test" });
  const middlewares: MiddlewareObj[] = [injectLambdaContext(logger, { resetKeys: true }), logMetrics(metrics)];
  const note: MiddlewareObj<{ readonly call?: string }> = {
    before({ event: { call = "none" } }) {
      logger.appendKeys({ [`key-${call}`]: true });
      metrics.addMetric(`metric-${call}`, MetricUnit.Count, 1);
    },
  };
  return { logger, metrics, middlewares, note };
}

/** What the call "second" wrote, if a call "first" was made before. */
async function writtenBySecond(call: (name: string) => Promise<unknown>): Promise<string> {
  await call("first").catch(() => undefined);
  const length = output.text().length;
  await call("second");
  return output.text().slice(length);
}

const settled = (work: Promise<unknown>) =>
  work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

it.each([
  ["@middy/core", "6.4.5"],
  ["@aws-lambda-powertools/logger", "2.36.0"],
  ["@aws-lambda-powertools/metrics", "2.36.0"],
])("the installed version of %s is %s: review these tests if the version changes", (name, version) => {
  const { version: installed } = JSON.parse(readFileSync(join(packageRoot, "node_modules", name, "package.json"), "utf8"));
  expect(installed).toBe(version);
});

describe("middy 6.4.5 by itself", () => {
  it("skips every `after` if a `before` answers, so Powertools 2.36 leaks a call's keys and metrics into the next call", async () => {
    const { logger, middlewares, note } = makeTools();
    const refuseFirst: MiddlewareObj<{ readonly call: string }> = {
      before: ({ event }) => (event.call === "first" ? "refused" : undefined),
    };
    const handler = middy(async () => logger.info("line"))
      .use(middlewares)
      .use(note)
      .use(refuseFirst);
    const written = await writtenBySecond((call) => handler({ call }, lambdaContext));
    expect(written).toContain("key-first");
    expect(written).toContain("metric-first");
  });

  it.each([null, false, ""])("answers with %j if a `before` returns it", async (value) => {
    const handler = middy(async () => "answer").before(() => value);
    expect(await handler({}, lambdaContext)).toBe(value);
  });

  it("rejects with undefined if an `onError` clears the error", async () => {
    const handler = middy(async () => Promise.reject(new Error("x"))).onError((request) => {
      request.error = null;
    });
    expect(await settled(handler({}, lambdaContext))).toEqual({ error: null });
    const clearing = middy(async () => Promise.reject(new Error("x"))).onError((request) => {
      (request as { error: unknown }).error = undefined;
    });
    expect(await settled(clearing({}, lambdaContext))).toEqual({ error: undefined });
  });

  it("ends a call 5 ms before the function's timeout while the handler's work goes on", async () => {
    let done = false;
    const work = () => new Promise((resolve) => setTimeout(resolve, 40)).then(() => (done = true));
    const answer = await settled(middy(work)({}, { ...lambdaContext, getRemainingTimeInMillis: () => 10 }));
    expect(answer).toEqual({ error: expect.objectContaining({ name: "TimeoutError" }) });
    expect(done).toBe(false);
    await vi.waitFor(() => expect(done).toBe(true));
  });

  it("skips the rest of `onError` if one handler returns a value", async () => {
    const { logger, middlewares, note } = makeTools();
    const work = async ({ call }: { call: string }) => (call === "first" ? Promise.reject(new Error("x")) : logger.info("line"));
    const handler = middy(work)
      .use(middlewares)
      .use(note)
      .onError(() => "page");
    expect(await writtenBySecond((call) => handler({ call }, lambdaContext))).toContain("key-first");
  });
});

describe("Powertools 2.36", () => {
  it("logMetrics warns of a call without metrics, and holds metrics back; Gatehouse's log writes them at once", async () => {
    const { metrics, middlewares } = makeTools();
    await middy(async () => "answer").use(middlewares)({}, lambdaContext);
    expect(output.text()).toContain("No application metrics to publish");
    const length = output.text().length;
    metrics.addMetric("Kept", MetricUnit.Count, 1);
    expect(output.text().slice(length)).toBe("");
    awsLog().log.count("RecordsLost");
    expect(output.text().slice(length)).toContain("RecordsLost");
  });

  it("injectLambdaContext logs the whole event if the environment asks for it; Gatehouse's log does not", async () => {
    process.env.POWERTOOLS_LOGGER_LOG_EVENT = "true";
    try {
      const event = { typed: "kim@contoso.com" };
      await middy(async () => "answer").use(injectLambdaContext(new Logger()))(event, lambdaContext);
      expect(output.text()).toContain("kim@contoso.com");
      const length = output.text().length;
      await composeHandler(awsLog(), async (_: typeof event) => "answer")(event);
      expect(output.text().slice(length)).toBe("");
    } finally {
      delete process.env.POWERTOOLS_LOGGER_LOG_EVENT;
    }
  });
});

describe("a step", () => {
  type Event = APIGatewayProxyEvent & { readonly call?: string };
  type Parts = Partial<Dialect<Event>>;
  const event = (call: string): Event => ({ ...proxyEvent("/before-create-user", '{"email":"kim@contoso.com"}'), call }) as Event;

  /** A step whose calls note a key and a metric each. */
  function makeStep(parts: Parts = {}, work: () => unknown = () => CONTINUE) {
    const { middlewares, note } = makeTools();
    const world = stepWorld();
    const log = { ...world.log, middlewares: [...middlewares, noteCall(note)] };
    const policy = anyPolicy([saying("open", CONTINUE), { ...saying("working", CONTINUE), decide: work as never }]);
    return stepHandler({ dialect: { ...apiConnector, ...parts }, policy, decidingParts }, { ...world, log });
  }

  /** The call is around Lambda's event. */
  function noteCall({ before }: MiddlewareObj<{ readonly call?: string }>): MiddlewareObj {
    return { before: (request) => before?.({ ...request, event: (request.event as { event: Event }).event } as never) };
  }

  const isFirst = ({ call }: Event) => call === "first";
  const fail = (): never => {
    throw new Error("x");
  };

  it.each<{ ends: string; parts?: Parts; status: number; action?: string }>([
    { ends: "is answered", status: 200, action: "Continue" },
    { ends: "comes from a refused caller", parts: { caller: (given) => (isFirst(given) ? { refused: {} } : "entra") }, status: 401 },
    {
      ends: "fails as it is read",
      parts: { call: (given) => (isFirst(given) ? fail() : apiConnector.call(given)) },
      status: 200,
      action: "ShowBlockPage",
    },
    {
      ends: "fails as its answer is written",
      parts: {
        render: (reply, ...rest) => (reply.kind === "continue" && aws.calls.length < 3 ? fail() : apiConnector.render(reply, ...rest)),
      },
      status: 200,
      action: "ShowBlockPage",
    },
  ])("that $ends leaks no key and no metric into the next call", async ({ parts, status, action }) => {
    aws.will(noRows);
    const step = makeStep(parts);
    const answers: APIGatewayProxyResult[] = [];
    const written = await writtenBySecond(async (call) => answers.push(await step(event(call), lambdaContext)));
    expect(answers.map((answer) => answer.statusCode)).toEqual([status, 200]);
    expect(JSON.parse(answers[0]?.body ?? "{}").action).toBe(action);
    expect(written).toContain("metric-second");
    expect(written).not.toContain("first");
  });

  it.each([undefined, null, false, "", 0])("answers with a block page if something throws %j", async (thrown) => {
    const parse = () => {
      throw thrown;
    };
    const answer = await makeStep({ parse })(event("first"), lambdaContext);
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body).action).toBe("ShowBlockPage");
  });

  it.each([null, false, "", "entra"])("still decides if a part that it calls returns %j", async (value) => {
    const answer = await makeStep({ caller: (() => value ?? "entra") as never })(event("first"), lambdaContext);
    expect(JSON.parse(answer.body).action).toBe("Continue");
  });

  it("ends at the engine's deadline, not at middy's", async () => {
    const context = { ...lambdaContext, getRemainingTimeInMillis: () => 500 } as Context;
    const answer = await makeStep({}, () => new Promise(() => undefined))(event("first"), context);
    expect(JSON.parse(answer.body).action).toBe("ShowBlockPage");
    expect(output.text()).not.toContain("TimeoutError");
  });
});

it("a composed handler is not ended early by middy", async () => {
  const work = async (_event: object, _context: object) => new Promise((resolve) => setTimeout(resolve, 30, "answer"));
  expect(await composeHandler(awsLog(), work)({}, { ...lambdaContext, getRemainingTimeInMillis: () => 10 })).toBe("answer");
});
