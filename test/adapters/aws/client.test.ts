import { AwsError, awsClient, backoff, dynamodb, secretsManager } from "../../../adapters/aws/client";
import { sdkTables } from "../../../adapters/aws/sdk-tables";
import { testCredentials } from "../../support/dynamodb";
import { stopwatch } from "../../support/stopwatch";
import { type Answer, type AwsDouble, after, cutShort, hang, json, refuse, reset, startAwsDouble, text } from "./aws-double";

let double: AwsDouble;
beforeAll(async () => {
  double = await startAwsDouble();
});
afterAll(() => double.close());

const done = { Item: { entry: { S: "contoso.com" } } };
const place = () => ({ region: "eu-west-1", endpoint: double.endpoint, credentials: async () => testCredentials });

describe.each([
  { which: "the small client", client: () => awsClient(dynamodb, place()), attempts: 2 },
  { which: "the SDK's client", client: () => sdkTables(place()), attempts: 4 },
])("with $which", ({ client, attempts }) => {
  const failing = (signal?: AbortSignal) =>
    client()
      .call("GetItem", {}, signal)
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  describe("a call", () => {
    it("is one POST / that names its operation", async () => {
      double.will(json({ Item: { entry: { S: "é" } } }));
      expect(await client().call("GetItem", { Key: { entry: { S: "철수" } } })).toMatchObject({ Item: { entry: { S: "é" } } });
      expect(double.calls).toHaveLength(1);
      expect(double.calls[0]).toMatchObject({
        method: "POST",
        operation: "GetItem",
        input: { Key: { entry: { S: "철수" } } },
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem" },
      });
    });

    it("leaves its connection open for the next call", async () => {
      const sockets = new Set<unknown>();
      double.will((response, call) => {
        sockets.add(response.socket?.remotePort);
        json({})(response, call);
      });
      const one = client();
      for (let count = 0; count < 3; count++) await one.call("GetItem", {});
      expect(sockets.size).toBe(1);
    });
  });

  describe("a passing failure is tried again", () => {
    it.each([
      { upstreamFailure: "throttling", answer: refuse("ProvisionedThroughputExceededException") },
      { upstreamFailure: "throttling by another name", answer: refuse("ThrottlingException") },
      { upstreamFailure: "an account limit", answer: refuse("RequestLimitExceeded") },
      { upstreamFailure: "an internal error", answer: refuse("InternalServerError", 500) },
      { upstreamFailure: "503 without a word", answer: text("", 503) },
      { upstreamFailure: "a proxy's page", answer: text("<html>Bad Gateway</html>", 502) },
      { upstreamFailure: "a connection reset", answer: reset },
      { upstreamFailure: "an answer cut short", answer: cutShort },
    ])("$upstreamFailure", async ({ answer }) => {
      double.will(answer, answer, json(done));
      expect(await client().call("GetItem", {})).toMatchObject(done);
      expect(double.calls).toHaveLength(3);
    });

    it.each([
      {
        upstreamFailure: "throttling",
        answer: refuse("ProvisionedThroughputExceededException"),
        name: "ProvisionedThroughputExceededException",
      },
      { upstreamFailure: "internal errors", answer: refuse("InternalServerError", 500), name: "InternalServerError" },
      { upstreamFailure: "proxy pages", answer: text("<html>", 502), name: "Http502" },
      { upstreamFailure: "resets", answer: reset, code: "ECONNRESET" },
    ])("only a limited number of times: $upstreamFailure", async ({ answer, upstreamFailure: _, ...error }) => {
      double.will(answer);
      expect(await failing()).toMatchObject(error);
      expect(double.calls).toHaveLength(4);
    });
  });

  describe("a wrong local clock", () => {
    const ahead = 600_000;
    const late: Answer = (response) => {
      const date = new Date(Date.now() + ahead).toUTCString();
      response.writeHead(400, { date }).end(JSON.stringify({ __type: "InvalidSignatureException", message: "Signature expired" }));
    };

    it("is corrected by the time of AWS, for this call and later ones", async () => {
      // The SDK goes by the time of every answer.
      double.will(late, (response) => {
        response
          .writeHead(200, { date: new Date(Date.now() + ahead).toUTCString(), "content-type": "application/json" })
          .end(JSON.stringify(done));
      });
      const one = client();
      const now = Date.now();
      expect(await one.call("GetItem", {})).toMatchObject(done);
      await one.call("GetItem", {});
      const signed = double.calls.map(({ headers }) => Date.parse(timeIn(headers["x-amz-date"])) - now);
      expect(signed.map((ms) => ms > ahead / 2)).toEqual([false, true, true]);
    });

    it("causes only a limited number of attempts, even if AWS refuses each of them for the clock", async () => {
      double.will(late);
      expect(await failing()).toMatchObject({ name: "InvalidSignatureException" });
      expect(double.calls).toHaveLength(attempts);
    });

    it("is not assumed if the clock is right", async () => {
      double.will(refuse("AccessDeniedException"));
      expect(await failing()).toMatchObject({ name: "AccessDeniedException" });
      expect(double.calls).toHaveLength(1);
    });
  });

  /** 20260301T120000Z as ISO 8601. */
  function timeIn(date: unknown): string {
    return String(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  }

  describe("a lasting failure is reported at once", () => {
    it.each([
      { code: "ValidationException", status: 400 },
      { code: "AccessDeniedException", status: 400 },
      { code: "ResourceNotFoundException", status: 400 },
      { code: "UnrecognizedClientException", status: 400 },
      { code: "ConditionalCheckFailedException", status: 400 },
    ])("$code", async ({ code, status }) => {
      double.will(refuse(code, status, { Item: { entry: { S: "x" } } }));
      const error = await failing();
      expect(error).toBeInstanceOf(AwsError);
      expect(error).toMatchObject({ name: code, status, message: `Not for logs: ${code}`, body: { Item: { entry: { S: "x" } } } });
      expect(double.calls).toHaveLength(1);
    });

    it.each([
      { given: "Message in capitals", answer: json({ __type: "X", Message: "said" }, 400), name: "X", message: "said" },
      { given: "no type", answer: json({}, 400), name: "Http400", message: "" },
      { given: "no JSON", answer: text("<html>", 403), name: "Http403", message: "" },
      { given: "null", answer: json(null, 404), name: "Http404", message: "" },
      { given: "a list", answer: json([], 404), name: "Http404", message: "" },
      { given: "a redirect", answer: text("", 302), name: "Http302", message: "" },
    ])("$given is reported as $name", async ({ answer, name, message }) => {
      double.will(answer);
      expect(await failing()).toMatchObject({ name, message });
    });

    it.each([
      { given: "HTML", answer: text("<html>Welcome to the hotel</html>", 200) },
      { given: "nothing", answer: text("", 200) },
    ])("$given with status 200 is reported as a failure", async ({ answer }) => {
      double.will(answer);
      expect(await failing()).toMatchObject({ name: "SyntaxError" });
    });
  });

  it("binary cells are sent and received as base64", async () => {
    const item = {
      entry: { S: "é" },
      bytes: { B: "AQID" },
      all: { BS: ["AQID"] },
      list: { L: [{ M: { in: { B: "AQID" } } }] },
      no: { N: "1e40" },
    };
    double.will(json({ Item: item }));
    expect(await client().call("GetItem", { TableName: "list", Key: item, IndexName: undefined })).toMatchObject({ Item: item });
    expect(double.calls[0]?.input).toEqual({ TableName: "list", Key: item });
    const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item: item }];
    double.will(refuse("TransactionCanceledException", 400, { CancellationReasons }));
    await expect(client().call("TransactWriteItems", { TransactItems: [] })).rejects.toMatchObject({ body: { CancellationReasons } });
  });

  describe("the abort signal", () => {
    it.each([
      { during: "an answer that does not come", answer: hang },
      { during: "the wait between attempts", answer: refuse("ThrottlingException") },
      { during: "a slow answer", answer: after(5_000, json({})) },
    ])("ends a call during $during", async ({ answer }) => {
      double.will(answer);
      const random = vi.spyOn(Math, "random").mockReturnValue(0.99);
      const elapsed = stopwatch();
      expect(await failing(AbortSignal.timeout(30))).toBeDefined();
      expect(elapsed()).toBeLessThan(200);
      random.mockRestore();
    });

    it("prevents the request if it was aborted before the call", async () => {
      // A call that was given up may still arrive at the one before.
      await double.close();
      double = await startAwsDouble();
      expect(await failing(AbortSignal.abort(new Error("over")))).toMatchObject({ message: "over" });
      expect(double.calls).toHaveLength(0);
    });

    it("is not needed for a second try: the client makes one after two seconds without an answer", async () => {
      double.will(hang, json(done));
      const started = Date.now();
      const elapsed = stopwatch();
      expect(await client().call("GetItem", {})).toMatchObject(done);
      expect(Date.now() - started).toBeGreaterThan(1_900);
      expect(elapsed()).toBeLessThan(3_000);
    });
  });
});

it("the pauses between attempts are random, and always shorter than three seconds", () => {
  for (let count = 1; count < 50; count++) {
    const waits = Array.from({ length: 100 }, () => backoff(count));
    expect(Math.max(...waits)).toBeLessThan(3_000);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
  }
  expect(new Set(Array.from({ length: 10 }, () => backoff(3))).size).toBeGreaterThan(1);
});
it("the small client signs each attempt anew", async () => {
  double.will(refuse("ThrottlingException"), json({}));
  vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z"), toFake: ["Date"] });
  try {
    const called = awsClient(dynamodb, place()).call("GetItem", {});
    vi.setSystemTime(new Date("2026-03-01T12:00:00Z"));
    await called;
    expect(double.calls.map(({ headers }) => headers["x-amz-date"])).toEqual(["20260301T120000Z", "20260301T120000Z"]);
  } finally {
    vi.useRealTimers();
  }
});

it("the small client ignores an error type that is not text", async () => {
  double.will(json({ __type: 5, message: {} }, 400));
  await expect(awsClient(dynamodb, place()).call("GetItem", {})).rejects.toMatchObject({ name: "Http400", message: "" });
});

describe("warming up", () => {
  it.each([
    { meets: "the service", answer: undefined },
    { meets: "nobody", answer: "http://127.0.0.1:1" },
  ])("does no harm if it meets $meets", async ({ answer }) => {
    const warmed = awsClient(dynamodb, {
      region: "eu-west-1",
      endpoint: answer ?? double.endpoint,
      credentials: async () => testCredentials,
    });
    await warmed.warm();
    if (answer === undefined) {
      double.will(json({ done: true }));
      expect(await warmed.call("GetItem", {})).toEqual({ done: true });
    }
  });
});

describe("the address of a service", () => {
  const saved = { ...process.env };
  afterEach(() => {
    process.env = { ...saved };
  });

  it.each([
    { service: dynamodb, region: "eu-west-1", host: "dynamodb.eu-west-1.amazonaws.com" },
    { service: dynamodb, region: "cn-north-1", host: "dynamodb.cn-north-1.amazonaws.com.cn" },
    { service: secretsManager, region: "ap-northeast-2", host: "secretsmanager.ap-northeast-2.amazonaws.com" },
    { service: secretsManager, region: "cn-northwest-1", host: "secretsmanager.cn-northwest-1.amazonaws.com.cn" },
    { service: dynamodb, region: "eusc-de-east-1", host: "dynamodb.eusc-de-east-1.amazonaws.eu" },
  ])("is built for $service.name in $region: $host", async ({ service, region, host }) => {
    const asked: string[] = [];
    // The real module, whose property is looked up at each connection.
    const dns = require("node:dns") as typeof import("node:dns");
    const lookup = vi.spyOn(dns, "lookup").mockImplementation(((name: string, _: object, done: (error: Error) => void) => {
      asked.push(name);
      done(new Error("no network in tests"));
    }) as never);
    const call = awsClient(service, { region, credentials: async () => testCredentials }).call("X", {});
    await expect(call).rejects.toThrow("no network in tests");
    lookup.mockRestore();
    expect(new Set(asked)).toEqual(new Set([host]));
  });

  it.each([
    { service: dynamodb, variable: "AWS_ENDPOINT_URL_DYNAMODB", target: "DynamoDB_20120810.X" },
    { service: secretsManager, variable: "AWS_ENDPOINT_URL_SECRETS_MANAGER", target: "secretsmanager.X" },
  ])("is taken for $service.name from the variable $variable", async ({ service, variable, target }) => {
    double.will(json({}));
    process.env[variable] = double.endpoint;
    await awsClient(service, { region: "eu-west-1", credentials: async () => testCredentials }).call("X", {});
    expect(double.calls[0]?.headers["x-amz-target"]).toBe(target);
  });

  it("is not guessed if the FIPS variable is neither true nor false", () => {
    process.env.AWS_USE_FIPS_ENDPOINT = "soon";
    expect(() => awsClient(dynamodb, { region: "eu-west-1" })).toThrow("AWS_USE_FIPS_ENDPOINT");
  });

  it("cannot be built without a region", () => {
    delete process.env.AWS_REGION;
    expect(() => awsClient(dynamodb)).toThrow(/AWS_REGION/);
  });

  it("is not called without credentials: the error names the missing variable", async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    const call = awsClient(dynamodb, { region: "eu-west-1", endpoint: double.endpoint }).call("X", {});
    await expect(call).rejects.toThrow(/AWS_ACCESS_KEY_ID/);
  });
});
