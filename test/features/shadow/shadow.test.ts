import { createServer, type Server } from "node:http";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { ShadowCall } from "../../../engine/sign-up/decision";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { type AnyRule, makeRule } from "../../../engine/sign-up/rule";
import { accessList } from "../../../features/access-list/rule";
import { assign } from "../../../features/assign/rule";
import { shadow } from "../../../features/shadow/rule";
import { shadowHandler } from "../../../features/shadow/worker";
import { asking, awsWorld, captureOutput, setEnvironment } from "../../lambda/invoke";
import { createDecisionsTable } from "../../support/decisions-table";
import { listen, startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { stopwatch } from "../../support/stopwatch";

const kim = { email: "kim@contoso.com", displayName: "Kim Lee" };

const policyWith = (tried: Partial<AnyRule>) =>
  beforeCreateUser([assign({ country: "KR" }), shadow({ ...makeRule({ name: "tried" }), ...tried }), accessList()], { trust: "any" });

const strict = policyWith({ decide: () => ({ kind: "block", reason: "strict.always", evidence: { row: "x" } }) });

describe("a shadowed rule, once the answer has been given", () => {
  let database: TestDynamoDb;
  let invoke: Server;
  const secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: "k".repeat(64) })));
  let takes: (respond: (status: number) => void) => void;
  let output: ReturnType<typeof captureOutput>;
  const calls: { path: string | undefined; type: unknown; call: ShadowCall }[] = [];
  beforeAll(async () => {
    database = await startDynamoDb("list");
    await createDecisionsTable(database.client, "decisions");
    invoke = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        if (request.method === "GET") {
          response.end();
          return;
        }
        calls.push({ path: request.url, type: request.headers["x-amz-invocation-type"], call: JSON.parse(body) as ShadowCall });
        takes((status) => response.writeHead(status).end());
      });
    });
    setEnvironment(database.endpoint);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = await listen(secrets);
    process.env.AWS_ENDPOINT_URL_LAMBDA = await listen(invoke);
    process.env.SHADOW_FUNCTION = "the-shadow";
    process.env.GATEHOUSE_SHADOWS = "present";
  });
  afterAll(async () => {
    await database.close();
    for (const server of [invoke, secrets]) {
      server.closeAllConnections();
      server.close();
    }
    delete process.env.GATEHOUSE_SHADOWS;
  });
  beforeEach(async () => {
    takes = (respond) => respond(202);
    output = captureOutput();
    for (const { id, reference } of await records())
      await database.client.call("DeleteItem", { TableName: "decisions", Key: marshall({ reference, id }) });
    await list("allow");
    calls.length = 0;
  });
  afterEach(() => output.release());

  const list = (effect: string) => database.client.call("PutItem", { TableName: "list", Item: marshall({ entry: "contoso.com", effect }) });
  async function records(): Promise<readonly Record<string, unknown>[]> {
    const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: "decisions" });
    return Items.map(toRow);
  }
  const handedOver = (index = 0) => calls[index]?.call as ShadowCall;
  const shown = () => (handedOver() as ShadowCall).postponed;
  const traceNow = async () => ((await records())[0] as { trace: unknown[] }).trace;
  const lost = () => output.lines().filter((line) => "ShadowsLost" in line);

  it("is passed to a function of its own, and adds its answer to the otherwise unchanged record", async () => {
    const { body } = await asking(strict)({ body: kim });
    expect(body).toEqual({ version: "1.0.0", action: "Continue", country: "KR" });
    const [before] = await records();
    expect(before).toMatchObject({
      trace: [{ rule: "assign" }, { rule: "tried", said: "unfinished", shadow: true }, { rule: "access-list" }],
    });
    expect(calls).toEqual([
      {
        path: "/2015-03-31/functions/the-shadow/invocations",
        type: "Event",
        call: expect.objectContaining({ record: { id: before?.id, at: before?.at, reference: before?.reference } }),
      },
    ]);
    expect(shown()).toMatchObject({
      signUp: { attributes: { displayName: "Kim Lee", country: "KR" } },
      rules: [{ rule: "tried", place: 1 }],
    });

    const trace = await traceNow();
    await shadowHandler(strict)(awsWorld())(handedOver());
    trace[1] = { rule: "tried", said: "block", shadow: true, reasons: ["strict.always"], evidence: { row: "x" } };
    expect(await records()).toEqual([{ ...before, trace }]);
    expect(output.lines()).toContainEqual(
      expect.objectContaining({
        message: "tried in shadow",
        step: "before-create-user",
        reference: before?.reference,
        trace: ["tried (shadow): block"],
      }),
    );
    expect(lost()).toEqual([]);
  });

  it("is recorded as failed if it throws, and the log has none of its text", async () => {
    const throwing = policyWith({
      decide: ({ email }) => {
        throw new UpstreamError({ service: "idology", kind: "timeout" }, { cause: new Error(email) });
      },
    });
    await asking(throwing)({ body: kim });
    await shadowHandler(throwing)(awsWorld())(handedOver());
    const upstreamFailure = { service: "idology", kind: "timeout" };
    expect((await traceNow())[1]).toEqual({ rule: "tried", said: "failed", shadow: true, upstreamFailure });
    expect(output.lines()).toContainEqual(expect.objectContaining({ trace: ["tried (shadow): failed (idology timeout)"] }));
    expect(output.lines().filter((line) => "UpstreamFailures" in line)).toHaveLength(2);
    expect(output.text()).not.toMatch(/kim@|Kim Lee/);
  });

  it.each<{ how: string; take: typeof takes }>([
    { how: "refuses", take: (respond) => respond(500) },
    { how: "never answers", take: () => undefined },
  ])("delays the answer only briefly if Lambda $how", async ({ take }) => {
    takes = take;
    const elapsed = stopwatch();
    const { body } = await asking(strict)({ body: kim });
    expect(body).toEqual({ version: "1.0.0", action: "Continue", country: "KR" });
    expect(elapsed()).toBeLessThan(1_500);
    expect(await traceNow()).toContainEqual({ rule: "tried", said: "unfinished", shadow: true });
    expect(lost()).toHaveLength(1);
  });

  it("waits for a record that is written after its answer", async () => {
    await asking(strict)({ body: kim });
    const [record] = await records();
    await database.client.call("DeleteItem", { TableName: "decisions", Key: marshall({ reference: record?.reference, id: record?.id }) });
    const done = shadowHandler(strict)(awsWorld())(handedOver());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await records()).toEqual([]);
    await database.client.call("PutItem", { TableName: "decisions", Item: marshall(record) });
    await done;
    expect((await traceNow())[1]).toMatchObject({ said: "block" });
  });

  it("creates no record if the record of the decision is missing", async () => {
    await asking(strict)({ body: kim });
    const [record] = await records();
    await database.client.call("DeleteItem", { TableName: "decisions", Key: marshall({ reference: record?.reference, id: record?.id }) });
    await shadowHandler(strict)(awsWorld())(handedOver());
    expect(await records()).toEqual([]);
    expect(lost()).toHaveLength(1);
  });

  it("is not run again for a repeated call that gets the same answer", async () => {
    const ask = asking(strict);
    await ask({ body: kim });
    await shadowHandler(strict)(awsWorld())(handedOver());
    await ask({ body: kim });
    expect(calls).toHaveLength(1);
    expect((await traceNow())[1]).toMatchObject({ said: "block" });
  });

  it("adds its answer only to the decision that it was run for, and to no later one", async () => {
    const ask = asking(strict);
    await ask({ body: kim });
    await list("deny");
    await ask({ body: kim });
    expect(calls).toHaveLength(2);
    await shadowHandler(strict)(awsWorld())(handedOver(0));
    expect(await records()).toMatchObject([{ revision: 1, trace: [{}, { said: "unfinished" }, { said: "block" }] }]);
    await shadowHandler(strict)(awsWorld())(handedOver(1));
    expect(await records()).toMatchObject([{ revision: 1, verdict: "block", trace: [{}, { said: "block" }, { said: "block" }] }]);
    expect(lost()).toEqual([]);
  });

  it("calls no function if the policy has no shadowed rule", async () => {
    await asking(beforeCreateUser([accessList()], { trust: "any" }))({ body: kim });
    expect(calls).toEqual([]);
  });
});
