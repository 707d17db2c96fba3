import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import { marshall } from "@aws-sdk/util-dynamodb";
import { readReference } from "../../engine/sign-up/call";
import { addIndexes } from "../../features/access-list/store/list-indexes";
import { decisionStore } from "../../features/decisions/store/decisions";
import { thrownAt } from "../../features/decisions/verbs/show";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { sourceFile, writeBundle } from "../../lib/resources/bundle";
import { policyVersion, stepBundle } from "../../lib/sign-up/step-bundle";
import google from "../fixtures/b2b-before-create-google.json";
import { createDecisionsTable } from "../support/decisions-table";
import { listen, startDynamoDb, type TestDynamoDb } from "../support/dynamodb";
import { authorizerEvent, proxyEvent } from "../support/events";
import { lambdaNode, lambdaNodeVersion } from "../support/lambda-runtime";
import { synthesize } from "../support/synth";

const password = "pass:word";

describe("the bundles that are deployed, on the Lambda runtime's Node", () => {
  let database: TestDynamoDb;
  let environment: NodeJS.ProcessEnv;
  let bundles: ReadonlyMap<string, string>;
  let deployedVersions: readonly string[];
  let toldVersions: Readonly<Record<string, string>>;
  const secrets = createServer((_, response) => {
    response.end(JSON.stringify({ SecretString: JSON.stringify({ username: "entra", password }), CreatedDate: 1_700_000_000 }));
  });

  beforeAll(async () => {
    const { template, outdir } = synthesize({ bundle: true });
    deployedVersions = Object.values(template.findResources("AWS::Lambda::Function")).flatMap(
      ({ Properties }) => Properties.Environment.Variables?.POLICY_VERSION ?? [],
    );
    toldVersions = JSON.parse(template.findOutputs("PolicyVersions").PolicyVersions?.Value as string);
    bundles = new Map(
      Object.values(template.findResources("AWS::Lambda::Function")).map(({ Properties }) => [
        Properties.Description as string,
        join(outdir, `asset.${(Properties.Code.S3Key as string).replace(".zip", "")}`, "index.js"),
      ]),
    );
    database = await startDynamoDb();
    await createDecisionsTable(database.client, "decisions-test");
    for (const row of [
      { entry: "example.com", effect: "allow" },
      { entry: "issuer:facebook.com", effect: "deny" },
    ]) {
      await database.client.call("PutItem", { TableName: database.tableName, Item: marshall(row) });
    }
    environment = {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_LAMBDA_FUNCTION_NAME: "test",
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secrets),
      ACCESS_LIST_TABLE: database.tableName,
      DECISIONS_TABLE: "decisions-test",
      LEDGER_TABLE: "ledger-test",
      CALLER_KEY: "caller",
      DECISION_DAYS: "90",
      POLICY_VERSION: "0123456789ab",
      PERSON_KEY_SECRET: "person-key",
      EVENT_BUS: "bus",
      CREDENTIALS_SECRET: "credentials",
    };
  });
  afterAll(async () => {
    await database.close();
    await new Promise((resolve) => secrets.close(resolve));
  });

  /** Invokes the one function whose description matches; the last line it prints is the results. */
  async function invoke(description: RegExp, ...events: unknown[]): Promise<readonly { value?: { body: string }; error?: string }[]> {
    const found = [...bundles].find(([text]) => description.test(text));
    if (found === undefined) throw new Error(`There is no function described as ${description}.`);
    return (await run(found[1], events)).results;
  }

  /** What a bundle returns for one event after another, and the lines that it logs. */
  async function run(bundle: string, events: readonly unknown[], also: NodeJS.ProcessEnv = {}) {
    const { stdout, stderr } = await promisify(execFile)(lambdaNode, [join(__dirname, "invoke.cjs"), bundle, JSON.stringify(events)], {
      env: { ...environment, ...also },
    });
    const lines = stdout.trimEnd().split("\n");
    const results: readonly { value?: { body: string }; error?: string }[] = JSON.parse(lines.at(-1) as string);
    return { results, log: [...lines.slice(0, -1), stderr].join("\n") };
  }

  it("have the same policy versions as those that were computed without synthesizing", () => {
    const policy = loadPolicyFolder("policy");
    expect(policy.map(policyVersion)).toEqual(deployedVersions);
    expect(toldVersions).toEqual(Object.fromEntries(policy.map((each) => [each.step, policyVersion(each)])));
  });

  it("trace their calls to X-Ray if the tracing option's layer is loaded first", async () => {
    const daemon = createSocket("udp4");
    const received: string[] = [];
    daemon.on("message", (message) => received.push(String(message)));
    daemon.bind(0, "127.0.0.1");
    await once(daemon, "listening");
    const layer = mkdtempSync(join(tmpdir(), "gatehouse-layer-"));
    await writeBundle({ entry: sourceFile("features", "tracing", "trace-calls.lambda") }, layer);
    expect(statSync(join(layer, "index.js")).size).toBeLessThan(3_000);
    const [, step = ""] = [...bundles].find(([text]) => /before-create-user/.test(text)) ?? [];
    const { results } = await run(step, [proxyEvent("/before-create-user", JSON.stringify(google))], {
      NODE_OPTIONS: `--require ${layer}/index.js`,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    });
    expect(results).toMatchObject([{ value: { statusCode: 200 } }]);
    const called = received.map((each) => JSON.parse(each.split("\n")[1] ?? "")).map(({ name, aws }) => `${name} ${aws?.operation}`);
    expect(called).toEqual(expect.arrayContaining(["DynamoDB BatchGetItem", "DynamoDB PutItem", "secretsmanager GetSecretValue"]));
    daemon.close();
  });

  it("run on Node 24", () => expect(lambdaNodeVersion()).toMatch(/^v24\./));

  it.each([
    ["after-sign-in", "Continue", { email: "mina@example.com" }],
    ["after-sign-in", "ShowBlockPage", { email: "mina@contoso.com" }],
    ["before-create-user", "Continue", google],
    [
      "before-create-user",
      "ShowBlockPage",
      { ...google, identities: [{ signInType: "federated", issuer: "facebook", issuerAssignedId: "1" }] },
    ],
    ["before-create-user", "ShowBlockPage", "not JSON"],
  ])("%s answers %s", async (step, action, claims) => {
    database.operations();
    const body = typeof claims === "string" ? claims : JSON.stringify(claims);
    const [result] = await invoke(new RegExp(`the step ${step}`), proxyEvent(`/${step}`, body));
    expect(result).toEqual({ value: expect.objectContaining({ statusCode: 200 }) });
    expect(JSON.parse(result?.value?.body ?? "")).toMatchObject({ version: "1.0.0", action });
  });

  it("contain no rules or classes that the policy does not use", () => {
    const steps = [...bundles].filter(([text]) => /the step/.test(text));
    expect(steps.length).toBeGreaterThan(1);
    for (const [, file] of steps)
      expect(readFileSync(file, "utf8")).not.toMatch(/"consumer"|domain\.consumer|naver\.com|age\.too-young|minimum-age/);
  });

  it("contain no checks of the policy's options, which were checked when it loaded", () => {
    expect(readFileSync("features/access-list/rule.ts", "utf8")).toContain("otherwise must be");
    const steps = [...bundles].filter(([text]) => /the step/.test(text));
    expect(steps.length).toBeGreaterThan(1);
    for (const [, file] of steps) expect(readFileSync(file, "utf8")).not.toMatch(/otherwise must be|write one of otherwise/);
  });

  it("contain no code for shadowed rules in the steps if the policy shadows no rule", () => {
    const steps = [...bundles].filter(([description]) => /the step/.test(description));
    expect(steps.length).toBeGreaterThan(1);
    for (const [, file] of steps) expect(readFileSync(file, "utf8")).not.toMatch(/\/invocations|tried in shadow/);
  });

  it("contain no client for outside systems in the steps if the policy calls none", () => {
    const steps = [...bundles].filter(([description]) => /the step/.test(description));
    expect(steps.length).toBeGreaterThan(1);
    for (const [, file] of steps) expect(readFileSync(file, "utf8")).not.toMatch(/GATEHOUSE_ENDPOINT_|accept-encoding|resolveMx|mailHost/);
  });

  it("do not load Node's web streams: only middy refers to them, and it never uses them", () => {
    for (const [, file] of bundles) expect(readFileSync(file, "utf8")).not.toContain("node:stream/web");
  });

  it("are pure ASCII, as any other character doubles the memory that Node needs for the text", () => {
    // esbuild escapes strings. Regular expressions have to be written with escapes.
    for (const [, file] of bundles) expect(readFileSync(file, "latin1").match(/[^\0-\x7f].{0,40}/g) ?? []).toEqual([]);
  });

  it("contain no literal Unicode regular expression in the steps, as Node would prepare it at each start", () => {
    const steps = [...bundles].filter(([description]) => /the step/.test(description));
    expect(steps.length).toBeGreaterThan(1);
    for (const [, file] of steps) expect(readFileSync(file, "utf8").match(/.{20}[^\\]\\p\{.{20}/g) ?? []).toEqual([]);
  });

  it("contain no code for terms if the policy has none", () => {
    for (const [description, file] of bundles) {
      if (/the step/.test(description)) expect(readFileSync(file, "utf8")).not.toMatch(/terms\.not-accepted|terms-text|GATEHOUSE_TERMS/);
    }
  });

  it("make one read and one write per sign-up", async () => {
    database.operations();
    await invoke(/the step before-create-user/, proxyEvent("/before-create-user", JSON.stringify(google)));
    expect(database.operations()).toEqual(["BatchGetItem", "PutItem"]);
  });

  describe("with a policy that lacks an await", () => {
    let bundle: string;
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), "gatehouse-loose-"));
      const [step] = loadPolicyFolder("test/bundles/policies/loose");
      await writeBundle(stepBundle(step as PolicyStep, "before-create-user"), folder);
      bundle = join(folder, "index.js");
    });
    // A machine at work takes its time to start: the gateway's clock does not count.
    const event = (jobTitle: string) => {
      const made = proxyEvent("/before-create-user", JSON.stringify({ ...google, jobTitle }));
      return { ...made, requestContext: { ...made.requestContext, requestTimeEpoch: 0 } };
    };

    it.each([
      { what: "throws with nobody waiting for it", title: "throws" },
      { what: "throws once it has answered, in the next one's time", title: "throws later" },
    ])("a rule that $what does not refuse another person, and its failure is logged", async ({ title }) => {
      const { results, log } = await run(bundle, [event(title), event("slow")]);
      expect(results.map(({ value }) => JSON.parse(value?.body ?? "{}").action)).toEqual(["Continue", "Continue"]);
      expect(log).toMatch(/"message":"failed with nobody waiting"/);
      expect(log).not.toContain("kim@");
    });
  });

  it("record a rule's error with its line in the policy, even without a source map", async () => {
    const folder = "test/bundles/policies/throwing";
    const { template, outdir } = synthesize({ folder, bundle: true });
    const [{ Code, Environment }] = Object.values(template.findResources("AWS::Lambda::Function")).flatMap(({ Properties }) =>
      Properties.Environment?.Variables?.POLICY_VERSION ? [Properties] : [],
    ) as [{ Code: { S3Key: string }; Environment: { Variables: { POLICY_VERSION: string } } }];
    const code = join(outdir, `asset.${Code.S3Key.replace(".zip", "")}`);
    expect(readdirSync(code)).toEqual(["index.js"]);
    expect(readFileSync(join(code, "index.js"), "utf8")).not.toContain("sourceMappingURL");

    environment = { ...environment, POLICY_VERSION: Environment.Variables.POLICY_VERSION };
    const { results } = await run(join(code, "index.js"), [proxyEvent("/before-create-user", JSON.stringify(google))]);
    const page = JSON.parse(results[0]?.value?.body ?? "{}").userMessage as string;
    const reference = readReference(/\w{4}-\w{4}/.exec(page)?.[0] ?? "") as string;
    const [record] = await decisionStore(database.client, "decisions-test").byReference(reference);
    if (record === undefined) throw new Error("The decision was not kept.");
    expect(record).toMatchObject({
      failure: "rule",
      thrown: { error: "TypeError", at: expect.arrayContaining([expect.stringMatching(/index\.js:/)]) },
    });
    expect(JSON.stringify(record.thrown)).not.toContain("undefined");

    const place = { error: "TypeError", place: `${folder}/phone.ts:3:28` };
    const nowhere = join(outdir, "nothing");
    const [step] = loadPolicyFolder(folder);
    const [other] = loadPolicyFolder("test/bundles/policies/loose");
    expect(await thrownAt(record, undefined, outdir)).toEqual(place);
    expect(await thrownAt(record, step, nowhere)).toEqual(place);
    for (const elsewhere of [other, undefined]) {
      expect(await thrownAt(record, elsewhere, nowhere)).toEqual({
        error: "TypeError",
        place: expect.stringMatching(/^index\.js:\d+:\d+$/),
        missing: expect.stringContaining(`policy version ${record.policyVersion}`),
      });
    }
  });

  it("include an authorizer that accepts valid credentials and throws Unauthorized for others", async () => {
    const basic = (text: string) => authorizerEvent(`Basic ${Buffer.from(text).toString("base64")}`);
    const [right, wrong] = await invoke(/basic auth/, basic(`entra:${password}`), basic("entra:wrong"));
    expect(right).toEqual({ value: expect.objectContaining({ principalId: "api-connector" }) });
    expect(wrong).toEqual({ error: "Unauthorized" });
  });

  it("include a relay that passes a global table's stream to its readers, and retries what a reader did not handle", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-relay-"));
    await writeBundle({ entry: sourceFile("lambda", "stream-relay") }, folder);
    const called: string[] = [];
    const lambda = createServer(async (request, response) => {
      const name = request.url?.split("/")[3] ?? "";
      const { Records } = (await json(request)) as { Records: { dynamodb: { SequenceNumber: string } }[] };
      called.push(`${name} ${Records.map(({ dynamodb }) => dynamodb.SequenceNumber)}`);
      // What Lambda answers where a function ends by an error.
      if (name === "crashing") response.setHeader("X-Amz-Function-Error", "Unhandled");
      response.end(JSON.stringify({ batchItemFailures: name === "failing" ? [{ itemIdentifier: "2" }] : [] }));
    });
    const eventSourceARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/list/stream/2026";
    const reader = (name: string, ...eventName: string[]) => ({
      reader: "audit-trail",
      name,
      filters: [{ eventName }],
      givesUpAfterMs: 60_000,
    });
    const relayed = (...readers: object[]) => JSON.stringify([{ stream: eventSourceARN, readers }]);
    const ApproximateCreationDateTime = Date.now() / 1_000;
    const Records = ["INSERT", "MODIFY", "REMOVE"].map((eventName, index) => ({
      eventID: `${index}`,
      eventName,
      eventSourceARN,
      dynamodb: { SequenceNumber: `${index + 1}`, ApproximateCreationDateTime },
    }));
    const also = { AWS_ENDPOINT_URL_LAMBDA: await listen(lambda) };
    const results = async (...readers: object[]) =>
      (await run(join(folder, "index.js"), [{ Records }], { ...also, RELAYED_STREAMS: relayed(...readers) })).results;
    expect(await results(reader("failing", "INSERT", "MODIFY"), reader("other", "INSERT", "REMOVE"))).toEqual([
      { value: { batchItemFailures: [{ itemIdentifier: "2" }] } },
    ]);
    expect(await results(reader("other", "REMOVE"), reader("crashing", "INSERT", "MODIFY"))).toEqual([
      { error: "A reader crashed: the batch comes again in halves." },
    ]);
    expect(called.sort()).toEqual(["crashing 1,2", "failing 1,2", "other 1,3", "other 3"]);
    lambda.closeAllConnections();
    lambda.close();
  });

  it("include a hygiene worker that moves a row to its normalised spelling", async () => {
    await database.client.call("PutItem", { TableName: database.tableName, Item: marshall({ entry: "@Fabrikam.COM", effect: "Allow" }) });
    const record = { eventName: "INSERT", dynamodb: { Keys: { entry: { S: "@Fabrikam.COM" } }, SequenceNumber: "1" } };
    expect(await invoke(/spelling/, { Records: [record] })).toEqual([{ value: { batchItemFailures: [] } }]);
    const { Item } = await database.client.call<{ Item: unknown }>("GetItem", {
      TableName: database.tableName,
      Key: marshall({ entry: "fabrikam.com" }),
    });
    expect(Item).toEqual(addIndexes(marshall({ entry: "fabrikam.com", effect: "Allow", typed: "@Fabrikam.COM" })));
  });
});
