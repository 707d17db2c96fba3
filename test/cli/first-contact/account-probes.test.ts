import type { AwsClient } from "../../../adapters/aws/client";
import type { Stack } from "../../../cli/aws/stack";
import type { Deployment } from "../../../cli/deployment";
import { accountProbes } from "../../../cli/first-contact/account-probes";
import { NotTriedError, type ProbeContext } from "../../../cli/first-contact/probe";
import { tenantProbes } from "../../../cli/first-contact/tenant-probes";
import { startTenant, type TestTenant } from "../entra/tenant";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../support";

/** What AWS answers, and which resources the stack has. */
interface Answers {
  readonly status?: string;
  readonly resources?: Readonly<Record<string, readonly object[]>>;
  /** By the end of the path. */
  readonly get?: Readonly<Record<string, object>>;
  /** By the operation. */
  readonly call?: Readonly<Record<string, object>>;
  readonly query?: string;
}

function contextOf({ status = "UPDATE_COMPLETE", resources = {}, get = {}, call = {}, query = "" }: Answers): ProbeContext {
  const client = { call: async (operation: string) => call[operation] } as unknown as AwsClient;
  const account = {
    client: () => client,
    get: async (_: unknown, path: string) => Object.entries(get).find(([end]) => path.endsWith(end))?.[1],
    query: async () => query,
  };
  const stack = { account, name: "Gatehouse", status, resources: async (type: string) => resources[type] ?? [] };
  return {
    stack: async () => stack as unknown as Stack,
    deployment: {} as Deployment,
    isLocal: false,
    signal: new AbortController().signal,
    run: "1",
  } as unknown as ProbeContext;
}

const resource = (logicalId: string, physicalId: string, properties: object = {}) => ({ logicalId, physicalId, properties });
const mapping = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 1,
  FunctionResponseTypes: ["ReportBatchItemFailures"],
  FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
};
const mappings = (deployed: object) => ({
  resources: { "AWS::Lambda::EventSourceMapping": [resource("Publisher", "1-2", mapping)] },
  get: { "/event-source-mappings/1-2": { ...mapping, State: "Enabled", ...deployed } },
});
const functions = (deployed: object) => ({
  resources: { "AWS::Lambda::Function": [resource("Step", "Gatehouse-Step", { Runtime: "nodejs24.x", Architectures: ["arm64"] })] },
  get: { "/functions/Gatehouse-Step/configuration": { Runtime: "nodejs24.x", Architectures: ["arm64"], State: "Active", ...deployed } },
});
const aliases = (deployed: object) => ({
  resources: { "AWS::Lambda::Alias": [resource("Live", "arn:aws:lambda:eu-west-1:111111111111:function:Gatehouse-Step:live")] },
  get: { "/functions/Gatehouse-Step/aliases/live": { FunctionVersion: "3", ...deployed } },
});
const bus = (call: Readonly<Record<string, object>>) => ({
  resources: { "AWS::Events::EventBus": [resource("Bus", "GatehouseBus")] },
  call,
});
const metrics = (service: string) => ({
  query: `<ListMetricsResponse><ListMetricsResult><Metrics><member><Dimensions><member><Name>service</Name><Value>${service}</Value></member></Dimensions></member></Metrics></ListMetricsResult></ListMetricsResponse>`,
});

it.each<{ id: keyof typeof accountProbes; given: string; answers: Answers; found?: RegExp }>([
  { id: "streams.mappings", given: "as the template", answers: mappings({}) },
  { id: "streams.mappings", given: "without the filter", answers: mappings({ FilterCriteria: {} }), found: /Publisher: .*\[\]\] and not / },
  { id: "streams.mappings", given: "another window", answers: mappings({ MaximumBatchingWindowInSeconds: 60 }), found: /60/ },
  { id: "streams.mappings", given: "switched off", answers: mappings({ State: "Disabled" }), found: /Publisher: Disabled/ },
  { id: "lambda.runtime", given: "as the template", answers: functions({}) },
  { id: "lambda.runtime", given: "another processor", answers: functions({ Architectures: ["x86_64"] }), found: /x86_64/ },
  { id: "lambda.runtime", given: "failed", answers: functions({ State: "Failed" }), found: /Failed/ },
  { id: "lambda.alias", given: "one version", answers: aliases({ RoutingConfig: null }) },
  {
    id: "lambda.alias",
    given: "two versions",
    answers: aliases({ RoutingConfig: { AdditionalVersionWeights: { 4: 0.1 } } }),
    found: /version 4/,
  },
  { id: "metrics.embedded", given: "metrics of the stack", answers: metrics("Gatehouse") },
  {
    id: "alarms.list",
    given: "an alarm",
    answers: { call: { DescribeAlarms: { MetricAlarms: [{ StateUpdatedTimestamp: 1_700_000_000.5 }] } } },
  },
  {
    id: "alarms.list",
    given: "a time in words",
    answers: { call: { DescribeAlarms: { MetricAlarms: [{ StateUpdatedTimestamp: "2026-11-21" }] } } },
    found: /2026/,
  },
  { id: "alarms.list", given: "none", answers: { call: { DescribeAlarms: { MetricAlarms: [] } } }, found: /no alarm/ },
  { id: "events.list-rules", given: "rules", answers: bus({ ListRules: { Rules: [{ State: "ENABLED" }, { State: "DISABLED" }] } }) },
  { id: "events.list-rules", given: "no states", answers: bus({ ListRules: { Rules: [{}] } }), found: /undefined/ },
  { id: "events.list-rules", given: "no list", answers: bus({ ListRules: {} }), found: /no Rules/ },
  { id: "events.refusals", given: "its code", answers: bus({ PutEvents: { Entries: [{ ErrorCode: "MalformedDetail" }] } }) },
  { id: "events.refusals", given: "an id", answers: bus({ PutEvents: { Entries: [{ EventId: "1" }] } }), found: /taken/ },
])("$id, $given: $found", async ({ id, answers, found }) => {
  const judged = await accountProbes[id](contextOf(answers));
  if (found === undefined) expect(judged).toBeUndefined();
  else expect(judged).toMatch(found);
});

it.each<{ id: keyof typeof accountProbes; given: string; answers: Answers }>([
  { id: "streams.mappings", given: "a deployment under way", answers: { ...mappings({}), status: "UPDATE_IN_PROGRESS" } },
  { id: "lambda.alias", given: "no alias", answers: {} },
  { id: "metrics.embedded", given: "another stack's metrics", answers: metrics("Other") },
  { id: "jwt.issuer", given: "no authorizer of tokens", answers: {} },
  { id: "s3.object-lock", given: "no archive", answers: {} },
  { id: "events.refusals", given: "no bus", answers: {} },
])("$id is not tried with $given", async ({ id, answers }) => {
  await expect(accountProbes[id](contextOf(answers))).rejects.toBeInstanceOf(NotTriedError);
});

describe("jwt", () => {
  const ISSUER = "https://contoso.ciamlogin.com/1/v2.0";
  const untouched = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = untouched;
  });
  const trusting = { resources: { "AWS::ApiGatewayV2::Authorizer": [resource("Token", "1", { JwtConfiguration: { Issuer: ISSUER } })] } };

  it.each<{ id: "jwt.issuer" | "jwt.keys"; issuer?: string; keys?: readonly object[]; found?: RegExp }>([
    { id: "jwt.issuer" },
    { id: "jwt.issuer", issuer: "https://1.ciamlogin.com/1/v2.0", found: /1\.ciamlogin\.com.* and not https:\/\/contoso/ },
    {
      id: "jwt.keys",
      keys: [
        { kty: "RSA", kid: "1" },
        { kty: "RSA", alg: "RS256" },
      ],
    },
    { id: "jwt.keys", keys: [{ kty: "EC", alg: "ES256" }], found: /1 of 1/ },
    { id: "jwt.keys", keys: [], found: /0 of 0/ },
  ])("$id with $issuer $keys: $found", async ({ id, issuer = ISSUER, keys = [], found }) => {
    globalThis.fetch = async (url) =>
      Response.json(String(url).endsWith("/openid-configuration") ? { issuer, jwks_uri: "https://contoso.ciamlogin.com/keys" } : { keys });
    const judged = await accountProbes[id](contextOf(trusting));
    if (found === undefined) expect(judged).toBeUndefined();
    else expect(judged).toMatch(found);
  });
});

describe("on a running npm start", () => {
  let instance: TestInstance;
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await startTenant();
    instance = tenant.instance;
  });
  afterAll(() => tenant.close());
  const probe = (...args: string[]) => gatehouse("probe", ...args, ...instance.local);
  const secrets = async (...names: string[]) => jsonLines(await probe("--json", ...names.flatMap((name) => ["--only", name])));

  it("the secrets' versions hold, and none is left", async () => {
    expect(await secrets("secrets")).toMatchObject([{ outcome: "holds" }, { outcome: "holds" }, { outcome: "holds" }]);
  });

  it("the tenant is asked as entra commands ask it, and nothing is left there", async () => {
    const { exitCode, stdout, stderr } = await probe("--only", "graph");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const said = (id: string) => stdout.split("\n").find((line) => line.includes(` ${id}`));
    for (const id of ["graph.connectors", "graph.connector-links", "graph.b2c-flows", "graph.attributes", "graph.flow-applications"]) {
      expect(said(id)).toMatch(/^ok {2}/);
    }
    for (const id of ["graph.sign-up-log", "graph.search-by-identity", "graph.search-by-mail"]) {
      expect(said(id)).toMatch(/^ok {2}/);
    }
    expect(said("graph.flow-handler")).toBe("-   graph.flow-handler: not tried, the tenant has no extension yet: entra apply makes one");
    expect(said("graph.validate")).toMatch(/not tried, Entra's application has no service principal here yet/);
    expect(said("graph.guest-by-users")).toMatch(/^- {3}graph\.guest-by-users: by hand: /);
    expect(stdout).toMatch(/\n\d+ hold, 0 do not, \d+ not tried, \d+ by hand\n$/);
    expect(tenant.graph.connectors()).toEqual([]);
    expect(Object.keys(tenantProbes).length).toBeGreaterThan(10);
  });

  it.each([
    { flowHandlers: "update", update: /^ok {2}graph\.flow-update/m, exit: 0 },
    { flowHandlers: "beta", update: /^!! {2}graph\.flow-update does not hold: .*Found: the update keeps no extension/m, exit: 2 },
  ] as const)("a flow of its own is given an extension where Graph takes it by: $flowHandlers", async ({ flowHandlers, update, exit }) => {
    const other = await startTenant({ flowHandlers }, {}, { flow: ["--external-flow", "Sign up"] });
    try {
      expect((await other.run(["apply", "--grant-consent"])).exitCode).toBe(0);
      const names = () => other.graph.external().eventsFlows.map(({ displayName }) => displayName);
      const before = names();
      const { exitCode, stdout } = await gatehouse("probe", "--only", "graph", ...other.instance.local);
      expect({ exitCode, stdout }).toMatchObject({ exitCode: exit, stdout: expect.stringMatching(update) });
      expect(stdout).toMatch(/^ok {2}graph\.flow-handler/m);
      expect(stdout).toMatch(/^ok {2}graph\.validate/m);
      expect(names()).toEqual(before);
    } finally {
      await other.close();
    }
  });

  it("a connector goes also where its reading fails", async () => {
    const untouched = globalThis.fetch;
    let lists = 0;
    globalThis.fetch = async (input, init) => {
      const isList = /apiConnectors$/.test(String(input)) && (init?.method ?? "GET") === "GET";
      return isList && lists++ === 0 ? Response.json({ error: { code: "BadRequest" } }, { status: 400 }) : await untouched(input, init);
    };
    try {
      const { exitCode, stdout } = await probe("--only", "graph.connectors");
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(/^!! {2}graph\.connectors does not hold: .*Found: Graph answers 400 BadRequest\n {4}entra apply fails/m);
    } finally {
      globalThis.fetch = untouched;
    }
    expect(tenant.graph.connectors()).toEqual([]);
  });

  it("what only AWS has is not tried, which alone is no success", async () => {
    expect(await probe("--only", "lambda")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("not tried, npm start is not AWS\n"),
    });
  });
});

it("lists what it would try, and asks nobody", async () => {
  const { exitCode, stdout } = await gatehouse("probe", "--dry-run", "--only", "partiql.batch", "--only", "sts");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^partiql\.batch: .* By this command\.\nsts\.signed-token: .* By hand: /);
  expect(jsonLines(await gatehouse("probe", "--dry-run", "--json")).length).toBeGreaterThan(80);
});

it("knows no other assumption", async () => {
  expect(await gatehouse("probe", "--only", "nothing")).toMatchObject({
    exitCode: 1,
    stderr: "There is no assumption nothing: docs/assumptions.md lists them.\n",
  });
});

it("asks no real tenant that nobody has named", async () => {
  const instance = await startInstance();
  try {
    const { stdout } = await gatehouse("probe", "--only", "graph.connectors", ...instance.local);
    expect(stdout).toContain("not tried, name the tenant: --tenant, or AZURE_TENANT_ID\n");
  } finally {
    await instance.close();
  }
});
