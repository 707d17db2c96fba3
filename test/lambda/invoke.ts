import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { awsBus } from "../../adapters/aws/event-bus";
import { awsFunctions } from "../../adapters/aws/functions";
import { awsArchive } from "../../adapters/aws/objects";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog, stepWorld } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { awsDirectory } from "../../adapters/graph/graph";
import type { Policy } from "../../engine/sign-up/policy";
import { decidingParts } from "../../features/deciding-parts";
import { connectorHandler } from "../../handlers/sign-up";
import { type AwsDouble, noRows, startAwsDouble } from "../adapters/aws/aws-double";
import { proxyEvent } from "../support/events";

/** Points a function's environment at stand-ins, as Lambda would set it. */
export function setEnvironment(endpoint: string): void {
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    ACCESS_LIST_TABLE: "list",
    DECISIONS_TABLE: "decisions",
    DECISION_DAYS: "90",
    POLICY_VERSION: "0123456789ab",
    PERSON_KEY_SECRET: "person-key",
    CREDENTIALS_SECRET: "credentials",
    CALLER_KEY: "caller-key",
    LEDGER_TABLE: "ledger",
  });
}

/** What AWS gives, at the addresses in the environment. */
export const awsWorld = () => ({
  ...awsRuntime(),
  ...awsLog(),
  ...awsTables(),
  ...awsSecrets(),
  ...awsBus(),
  ...awsFunctions(),
  ...awsArchive(),
  ...awsDirectory(),
});

export const lambdaContext = {
  functionName: "before-create-user",
  functionVersion: "$LATEST",
  memoryLimitInMB: "1024",
  awsRequestId: "0b1a6a52-6a5e-4f6e-8f0b-5d9f0f6f7a10",
  invokedFunctionArn: "arn:aws:lambda:eu-west-1:111111111111:function:before-create-user",
  getRemainingTimeInMillis: () => 19_000,
} as Context;

/** One request to a handler. */
export interface Request {
  /** The body: a text as it is, anything else as JSON. */
  readonly body: unknown;
  readonly event?: Partial<APIGatewayProxyEvent>;
  readonly context?: Partial<Context>;
}

export interface Answered {
  readonly status: number;
  readonly headers: APIGatewayProxyResult["headers"];
  readonly body: Record<string, unknown>;
}

/** The handler of a policy, asked as API Gateway asks it. */
export function asking(policy: Policy): (request: Request) => Promise<Answered> {
  const handler = connectorHandler(policy, decidingParts)(stepWorld());
  return async ({ body, event, context }) => {
    const path = `/${policy.step}`;
    const asked = { ...proxyEvent(path, typeof body === "string" ? body : JSON.stringify(body)), ...event } as APIGatewayProxyEvent;
    const result = await handler(asked, { ...lambdaContext, ...context } as Context);
    return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body) as Record<string, unknown> };
  };
}

/** What the code under test wrote to standard output and error. */
export interface Output {
  text(): string;
  /** Its lines of JSON. */
  lines(): Record<string, unknown>[];
}

/** Surrounds a suite's functions: a stand-in for AWS that all its tests share, and output that each test begins anew. */
export function surroundings(): { readonly aws: Omit<AwsDouble, "close">; readonly output: Output } {
  let aws: AwsDouble;
  let captured: ReturnType<typeof captureOutput>;
  beforeAll(async () => {
    aws = await startAwsDouble();
    setEnvironment(aws.endpoint);
  });
  afterAll(() => aws.close());
  beforeEach(() => {
    aws.will(noRows);
    captured = captureOutput();
  });
  afterEach(() => captured.release());
  return {
    aws: {
      get endpoint() {
        return aws.endpoint;
      },
      get calls() {
        return aws.calls;
      },
      get records() {
        return aws.records;
      },
      will: (...answers) => aws.will(...answers),
      keyWill: (...answers) => aws.keyWill(...answers),
      rulesWill: (...answers) => aws.rulesWill(...answers),
    },
    output: { text: () => captured.text(), lines: () => captured.lines() },
  };
}

/** Keeps standard output and error of the code under test to itself. */
export function captureOutput(): Output & { release(): void } {
  let written = "";
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    }),
  );
  for (const level of ["debug", "error", "info", "log", "trace", "warn"] as const) {
    spies.push(
      vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
        written += `${parts.map(String).join(" ")}\n`;
      }) as never,
    );
  }
  return {
    text: () => written,
    lines: () =>
      written
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    release: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

/** Fails unless an answer is one of the three that Entra knows, legal at its step. */
export function assertInContract({ status, headers, body }: Answered, step: string): void {
  expect(headers).toEqual({ "Content-Type": "application/json", "Cache-Control": "no-store" });
  expect(body.version).toBe("1.0.0");
  expect(["Continue", "ShowBlockPage", "ValidationError"]).toContain(body.action);
  expect(status).toBe(body.action === "ValidationError" ? 400 : 200);
  for (const value of Object.values(body)) expect(value).not.toBeNull();
  if (body.action === "Continue") {
    for (const name of ["email", "identities", "ui_locales", "userMessage", "status"]) expect(body).not.toHaveProperty(name);
    return;
  }
  expect(typeof body.userMessage).toBe("string");
  expect((body.userMessage as string).trim()).not.toBe("");
  expect((body.userMessage as string).length).toBeLessThan(2_000);
  const keys = ["action", "userMessage", "version"];
  if (body.action === "ValidationError") {
    expect(step).toBe("before-create-user");
    expect(body.status).toBe(400);
    keys.push("status");
  }
  expect(Object.keys(body).sort()).toEqual(keys.sort());
}
