import { X509Certificate } from "node:crypto";
import dns from "node:dns";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { MockInstance } from "vitest";
import { decisionIndexes } from "../../../adapters/tables/decision-indexes";
import { toItem } from "../../../adapters/tables/item";
import type { Fault } from "../../../cli/failure";
import type { ProbeResult } from "../../../cli/probe";
import { doctorContext } from "../../../features/doctor/verbs/check";
import { examine } from "../../../features/doctor/verbs/doctor";
import { packageRoot } from "../../../lib/app-root";
import * as policyTypes from "../../../lib/policy-folder/policy-types";
import { guestScopes, makeGuestPolicy } from "../../../local/stand-ins/graph/guest-policies";
import { gatehouse, jsonLines, startInstance } from "../../cli/support";
import { awsEnvironment } from "../../support/aws-environment";
import { listen } from "../../support/dynamodb";
import { row } from "../accounts/accounts";
import {
  APPROVALS,
  certificate,
  DAY_S,
  DOMAIN_PATH,
  GROUP_PATH,
  GROUP_TENANT,
  GUEST_POLICIES_PATH,
  healthyWorld,
  INVITATIONS_PATH,
  ISSUER,
  MAPPING_PATH,
  mapping,
  POLICY,
  settingsWith,
  startWorld,
  streamed,
  TENANT,
  type TestServer,
  TOPIC,
  token,
} from "./world";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/1";
const DOMAIN = "signup.contoso.com";
const TARGET = "d-1.execute-api.eu-west-1.amazonaws.com";

/** An app that has not been touched by a fault. */
const healthySettings = {
  policy: join(packageRoot, POLICY),
  customDomain: { domainName: DOMAIN, certificateArn: CERTIFICATE },
  externalTenant: { tenantId: TENANT, audience: TENANT },
};

/** Asked for in the rows that need them: they compile. */
const compiling = ["policy", "deployed-policy"];
/** The DNS, as CNAMEs by name. */
function pointing(records: Readonly<Record<string, string>>): void {
  vi.spyOn(dns.promises, "resolveCname").mockImplementation(async (name) => {
    const target = records[name];
    if (target === undefined) throw Object.assign(new Error(), { code: "ENODATA" });
    return [target];
  });
}

const quick = [
  ...["node", "packages", "esbuild", "settings", "aws", "bootstrap", "deploy-roles", "concurrency", "mail", "certificate", "issuer"],
  "replicas",
  ...["log-role", "tables"],
  ...[
    "stack",
    "dns",
    "trust-store",
    "secrets",
    "endpoint",
    "alarms",
    "streams",
    "list",
    "rows",
    "graph",
    "invitations",
    "arrivals",
    "rotation",
    "sender",
  ],
];

interface Scene {
  settings: Record<string, unknown>;
  node: string;
  readonly app: string;
  readonly server: TestServer;
  readonly args: { stack: string; region?: string; profile?: string };
}

let server: TestServer;
let proxy: Server;
let proxyUrl: string;
let app: string;
const before = { ...process.env };

beforeAll(async () => {
  server = await startWorld();
  proxy = createServer().on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  proxyUrl = await listen(proxy);
});
afterAll(() => {
  server.close();
  proxy.close();
});

/** The compiler takes most of the time: it runs for the tests that are about it. */
let compiler: MockInstance;
const withTheCompiler = () => compiler.mockRestore();

beforeEach(() => {
  compiler = vi.spyOn(policyTypes, "checkPolicyTypes").mockReturnValue(undefined);
  app = mkdtempSync(join(packageRoot, ".local-test-doctor-"));
  symlinkSync(join(packageRoot, "node_modules"), join(app, "node_modules"));
  server.world = healthyWorld(server.url);
  server.operations.length = 0;
  writeFileSync(join(app, "aws-config"), "[default]\n[profile production]\n");
  process.env = {
    ...before,
    AWS_ENDPOINT_URL: server.url,
    GATEHOUSE_ENDPOINT_LOGIN: server.url,
    GATEHOUSE_ENDPOINT_GRAPH: server.url,
    ...awsEnvironment,
    AWS_CONFIG_FILE: join(app, "aws-config"),
  };
  vi.spyOn(dns.promises, "resolveCname").mockResolvedValue([TARGET]);
  vi.spyOn(dns.promises, "resolve4").mockRejectedValue(Object.assign(new Error(), { code: "ENOTFOUND" }));
});
afterEach(() => {
  vi.doUnmock("esbuild");
  vi.restoreAllMocks();
  process.env = before;
  rmSync(app, { recursive: true });
});

/** Every fault that doctor finds in what is left of a healthy scene. */
async function faultsIn(seed: (scene: Scene) => void, checks: readonly string[]): Promise<readonly Fault[]> {
  const scene: Scene = { settings: { ...healthySettings }, node: process.versions.node, app, server, args: { stack: "Gatehouse" } };
  seed(scene);
  writeFileSync(join(app, "settings.ts"), `export default ${JSON.stringify(scene.settings)};`);
  const faults: Fault[] = [];
  const context = { ...doctorContext(app, scene.args), node: scene.node };
  for await (const result of examine(context, checks)) faults.push(...(result.faults ?? []));
  return faults;
}

/** A policy of one file. */
function writePolicy(code: string) {
  return ({ settings }: Scene) => {
    mkdirSync(join(app, "policy"));
    writeFileSync(
      join(app, "policy", "before-create-user.ts"),
      `import { accessList, beforeCreateUser } from "entra-gatehouse";\n${code}\n`,
    );
    settings.policy = join(app, "policy");
  };
}

const answering = (operation: string, answer: object | string) => (scene: Scene) => {
  scene.server.world.answers[operation] = answer;
};
const roles = (values: readonly string[]) =>
  values.map((value) => ({ id: `id-of-${value}`, value, isEnabled: true, allowedMemberTypes: ["User"] }));
const EXTENSION = "https://abc.execute-api.eu-west-1.amazonaws.com";
const tokenListener = {
  id: "l1",
  "@odata.type": "#microsoft.graph.onTokenIssuanceStartListener",
  conditions: { applications: { includeApplications: [{ appId: TENANT }] } },
  handler: { customExtension: { id: "ours" } },
};
const CALLBACK = "https://console.contoso.com/sign-in/callback";
const SIGNED_OUT = "https://console.contoso.com/signed-out";
const AUTHORIZE = `/${TENANT}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: TENANT, redirect_uri: CALLBACK, response_type: "code", response_mode: "query", scope: "openid", prompt: "none" })}`;

/** A stack with a console. @param differences how its application is registered otherwise @param refusal what Entra says to it */
const withConsole =
  (
    {
      given = ["Reader", "Administrator"],
      consented,
      ...differences
    }: { readonly given?: readonly string[]; readonly consented?: readonly string[]; readonly [name: string]: unknown },
    refusal?: string,
  ) =>
  ({ server: { world } }: Scene) => {
    Object.assign(world.outputs, { ConsoleSecret: "arn:console", ConsoleRedirectUrl: CALLBACK });
    const Variables = { CONSOLE_ISSUER: `https://login.microsoftonline.com/${TENANT}/v2.0`, CONSOLE_CLIENT_ID: TENANT };
    Object.assign(world.resources, { Pages: { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables } } } });
    const all = roles(["Reader", "Approver", "Administrator"]);
    const web = { redirectUris: [CALLBACK, SIGNED_OUT] };
    const registration = { signInAudience: "AzureADMyOrg", appRoles: all, web, passwordCredentials: [], ...differences };
    const filter = `appId%20eq%20%27${TENANT}%27`;
    Object.assign(world.answers, {
      [`/${TENANT}/oauth2/v2.0/token`]:
        refusal ?? token("Application.Read.All", ...(consented === undefined ? [] : ["Directory.Read.All"])),
      [`/v1.0/applications?$filter=${filter}`]: { value: [registration] },
      [`/v1.0/servicePrincipals?$filter=${filter}`]: { value: [{ id: "principal" }] },
      "/v1.0/servicePrincipals/principal/appRoleAssignedTo": { value: given.map((role) => ({ appRoleId: `id-of-${role}` })) },
      "/v1.0/servicePrincipals/principal/oauth2PermissionGrants": { value: consented?.map((scope) => ({ scope })) },
    });
  };
/** A stack that rotates passwords. @param refusal what Entra says to its application */
const rotating = (refusal?: string) => (scene: Scene) => {
  scene.server.world.outputs.RotationSecret = "arn:rotation";
  if (refusal !== undefined) scene.server.world.answers[`/${TENANT}/oauth2/v2.0/token`] = refusal;
};
const without = (variable: string) => () => void delete process.env[variable];
const setting = (name: string, value: unknown) => (scene: Scene) => {
  scene.settings[name] = value;
};

/** Tables of the stack that stand in some regions, where settings.ts asks for copies in others. */
const copying =
  (replicas: readonly string[], ...standing: readonly unknown[]) =>
  (scene: Scene) => {
    scene.settings.replicas = replicas;
    const Properties = { Replicas: standing.map((Region) => ({ Region })) };
    scene.server.world.resources.AccessListTable = { Type: "AWS::DynamoDB::GlobalTable", Properties };
  };

const STREAM = "arn:aws:dynamodb:eu-west-1:111111111111:table/old/stream/2026-11-20T22:00:00.000";
const keyOf = (...names: readonly string[]) => names.map((AttributeName) => ({ AttributeName }));
/** @param byDay what the index of days holds */
const indexes = (byDay: "ALL" | "KEYS_ONLY") =>
  Object.values(decisionIndexes).map((index) => ({
    IndexName: index.name,
    KeySchema: keyOf(index.partitionKey, ...("sortKey" in index ? [index.sortKey] : [])),
    Projection: { ProjectionType: index.name === "by-day" ? byDay : "KEYS_ONLY" },
  }));
/** A table of decisions as DynamoDB describes it. */
const decisions = {
  KeySchema: keyOf("reference", "id"),
  GlobalSecondaryIndexes: indexes("ALL"),
  LatestStreamArn: STREAM,
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
};
/** A domain that asks for client certificates. @param differences what API Gateway says of its trust store otherwise */
const trustStore =
  (differences: object, pem = readFileSync("test/fixtures/tls/ca.pem", "utf8")) =>
  (scene: Scene) => {
    scene.settings.customDomain = {
      ...healthySettings.customDomain,
      trustStore: { bucketName: "contoso-trust", key: "entra.pem", version: "2" },
    };
    answering(`/domainnames/${DOMAIN}`, {
      mutualTlsAuthentication: { truststoreUri: "s3://contoso-trust/entra.pem", truststoreVersion: "2", ...differences },
    })(scene);
    scene.server.world.objects["/contoso-trust/entra.pem"] = { version: "2", body: pem };
  };
/** Tables in settings.ts, and what DynamoDB says of them. */
const handedIn = (named: Record<string, string>, answers: Record<string, object | string>) => (scene: Scene) => {
  scene.settings.tables = named;
  // One answer describes every table.
  delete scene.server.world.resources.Mapping;
  Object.assign(scene.server.world.answers, { DescribeTimeToLive: { TimeToLiveDescription: { AttributeName: "expires" } } }, answers);
};

it("doctor finds no fault in a correct imported table, or in a log role that the stack does not set", async () => {
  const seed = (scene: Scene) => {
    handedIn({ decisions: STREAM }, { DescribeTable: { Table: decisions } })(scene);
    setting("setsApiLogRole", false)(scene);
    answering("/account", { cloudwatchRoleArn: "arn:aws:iam::111111111111:role/logs" })(scene);
  };
  expect(await faultsIn(seed, ["tables", "log-role"])).toEqual([]);
});

it("doctor finds no fault in a deployed trust store, and warns before its last certificate ends", async () => {
  const day = Date.now;
  const { validTo } = new X509Certificate(readFileSync("test/fixtures/tls/ca.pem"));
  vi.spyOn(Date, "now").mockImplementation(() => Date.parse(validTo) - 31 * DAY_S * 1_000);
  expect(await faultsIn(trustStore({}), ["trust-store"])).toEqual([]);
  vi.spyOn(Date, "now").mockImplementation(() => Date.parse(validTo) - 29 * DAY_S * 1_000);
  expect(await faultsIn(trustStore({}), ["trust-store"])).toMatchObject([{ id: "trust-store.ends" }]);
  vi.spyOn(Date, "now").mockImplementation(day);
});

it("doctor recognises the account's role that the stack itself has set", async () => {
  const role = "arn:aws:iam::111111111111:role/Gatehouse-ApiGatewayLogsRole0A1B2C-x";
  expect(await faultsIn(answering("/account", { cloudwatchRoleArn: role }), ["log-role"])).toEqual([]);
});

it("doctor finds no fault in a healthy deployment, and makes no writing call to AWS", async () => {
  withTheCompiler();
  expect(await faultsIn(() => undefined, [...quick, ...compiling])).toEqual([]);
  const { operations } = server;
  // To take a role leaves everything as it is.
  expect(operations.filter((each) => !/^(\/|Get|Describe|List|Query$|Scan$|AssumeRole$)/.test(each))).toEqual([]);
  expect(operations).toEqual(expect.arrayContaining(Object.keys(server.world.answers)));
  expect(operations.filter((each) => each === "DescribeSecret")).toHaveLength(3);
});

it("doctor finds no fault in a healthy console, and names the data that it has no right to read", async () => {
  for (const consented of [undefined, [], ["openid", "openid profile offline_access"]]) {
    expect(await faultsIn(withConsole({ ...(consented && { consented }) }), ["console", "console-registration"])).toEqual([]);
  }
  const blind = (scene: Scene) => {
    withConsole({ appRoles: [] })(scene);
    scene.server.world.answers[`/${TENANT}/oauth2/v2.0/token`] = token();
  };
  expect(await faultsIn(blind, ["console", "console-registration"])).toEqual([]);
});

it.each([
  { given: ["Administrator"], told: undefined },
  {
    given: ["Administrator", "Requester"],
    told: expect.stringMatching(/^who has the app role Requester asks for guests, and decides only/),
  },
])("of an app role Requester that $given have, doctor tells: $told", async ({ given, told }) => {
  const appRoles = roles(["Reader", "Approver", "Administrator", "Requester"]);
  const scene: Scene = { settings: { ...healthySettings }, node: process.versions.node, app, server, args: { stack: "Gatehouse" } };
  withConsole({ given, appRoles })(scene);
  writeFileSync(join(app, "settings.ts"), `export default ${JSON.stringify(scene.settings)};`);
  const results: ProbeResult[] = [];
  for await (const result of examine(doctorContext(app, scene.args), ["console-registration"])) results.push(result);
  expect(results).toMatchObject([{ faults: [], ...(told !== undefined && { told }) }]);
  expect(results[0]?.told).toEqual(told);
});

/** A function that uses the application that makes accounts. */
const withWorker =
  (logicalId: string, variables: object) =>
  ({ server: { world } }: Scene) => {
    const Variables = { APPROVALS_SECRET: APPROVALS, ...variables };
    world.resources[logicalId] = { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables } } };
  };
const NARROW = ["User.Create", "User.Invite.All", "User.Read.All", "User.ReadUpdate.All"];
const ending = (end: object) => ({ EXPIRY: JSON.stringify({ default: end }) });

it.each<{ given: string; held: readonly string[]; seeds?: readonly ((scene: Scene) => void)[]; told?: string; lacks?: string }>([
  { given: "the least permissions", held: NARROW },
  {
    given: "a wide one",
    held: ["User.ReadWrite.All"],
    told: `User.ReadWrite.All is more than needed, as ${NARROW.slice(0, 3).join(", ")} and`,
  },
  {
    given: "the least for accounts, where access ends too",
    held: NARROW,
    seeds: [withWorker("ApprovalsProvisioning1", {}), withWorker("AccessWorker1", ending({ disable: 1 }))],
    lacks: "lacks the permissions Directory.Read.All and User.EnableDisableAccount.All.",
  },
  {
    given: "the least for access that ends, where no accounts are made",
    held: ["Directory.Read.All", "User.EnableDisableAccount.All", "User.Read.All"],
    seeds: [withWorker("AccessWorker1", ending({ disable: 1 }))],
  },
  {
    given: "the least, where ended accounts are deleted",
    held: ["Directory.Read.All", "User.EnableDisableAccount.All", "User.Read.All"],
    seeds: [withWorker("AccessWorker1", ending({ disable: 1, delete: 30 }))],
    lacks: "lacks the permission User.ReadWrite.All.",
  },
  {
    given: "the least for accounts, where sponsors are set",
    held: NARROW,
    seeds: [withWorker("ApprovalsProvisioning1", {}), withWorker("ArrivalsFinder1", { ARRIVAL_SPONSORS: "true" })],
    lacks: "lacks the permission User.ReadWrite.All.",
  },
])("doctor correctly judges the permissions of the application that makes accounts: $given", async ({ held, seeds = [], told, lacks }) => {
  const scene: Scene = { settings: { ...healthySettings }, node: process.versions.node, app, server, args: { stack: "Gatehouse" } };
  for (const seed of [answering(`/${TENANT}/oauth2/v2.0/token`, token(...held)), ...seeds]) seed(scene);
  writeFileSync(join(app, "settings.ts"), `export default ${JSON.stringify(scene.settings)};`);
  const results: ProbeResult[] = [];
  for await (const result of examine(doctorContext(app, scene.args), ["graph"])) results.push(result);
  const { faults = [], told: remark = "" } = results[0] ?? { check: "graph" };
  expect(faults.map(({ id, what }) => `${id}: ${what}`)).toEqual(lacks === undefined ? [] : [expect.stringContaining(lacks)]);
  expect(remark).toContain(told ?? "");
  if (told === undefined) expect(remark).toBe("");
});

const INVOCATION = "/2015-03-31/functions/ApprovalProvisioning/invocations";
/** A stack whose functions sign in by a role, with no credential in the secret. @param answer the function's, when it is asked */
const byRole =
  (answer: object) =>
  (scene: Scene): void => {
    withWorker("ApprovalProvisioning", { GRAPH_ROLE: { "Fn::GetAtt": ["ApprovalsGraphRole", "Arn"] } })(scene);
    scene.server.world.outputs.ApprovalsGraphRoleArn = ROLE;
    Object.assign(scene.server.world.answers, { [INVOCATION]: answer, GetSecretValue: settingsWith({ clientSecret: undefined }) });
  };
const ROLE = "arn:aws:iam::111111111111:role/Gatehouse-ApprovalsGraphRole1A2B";
const federation = (isOn: boolean) =>
  `<Answer><JwtVendingEnabled>${isOn}</JwtVendingEnabled><IssuerIdentifier>https://issuer</IssuerIdentifier></Answer>`;

it("doctor asks a function for its role's permissions, and makes no Entra call that only the role may make", async () => {
  const well = (scene: Scene) => {
    byRole({ permissions: NARROW })(scene);
    scene.server.world.answers.GetOutboundWebIdentityFederationInfo = federation(true);
  };
  server.operations.length = 0;
  expect(await faultsIn(well, ["graph", "invitations", "federation"])).toEqual([]);
  expect(server.operations).toContain(INVOCATION);
  expect(server.operations.filter((each) => each.includes("/oauth2/"))).toEqual([]);
});

it("doctor finds no fault in a healthy rotation", async () => {
  const well = (scene: Scene) => {
    rotating()(scene);
    scene.server.world.answers[`/${TENANT}/oauth2/v2.0/token`] = token("APIConnectors.ReadWrite.All");
  };
  expect(await faultsIn(well, ["rotation"])).toEqual([]);
});

it.each([
  { replicas: ["eu-central-1"], standing: ["eu-west-1"] },
  { replicas: ["eu-central-1", "us-east-1"], standing: ["eu-west-1", "us-east-1"] },
  { replicas: ["eu-central-1"], standing: ["eu-west-1", "eu-central-1", "us-east-1"] },
  { replicas: ["eu-central-1"], standing: [{ Ref: "AWS::Region" }] },
])("doctor finds no fault if a change from $standing to $replicas adds or removes at most one region", async ({ replicas, standing }) => {
  expect(await faultsIn(copying(replicas, ...standing), ["replicas"])).toEqual([]);
});

/** A fault, how to seed it, and what doctor says of it and nothing besides. */
const faults: readonly {
  readonly fault: string;
  readonly seed: (scene: Scene) => void;
  readonly id: string;
  readonly what?: string;
  readonly fix: string;
  readonly checks?: readonly string[];
}[] = [
  {
    fault: "an old Node",
    seed: (scene) => {
      scene.node = "20.18.3";
    },
    id: "node.too-old",
    what: "Gatehouse needs Node 20.19 or newer; this is 20.18.3.",
    fix: "https://nodejs.org",
  },
  {
    fault: "another major version of a package",
    seed: () => {
      rmSync(join(app, "node_modules"));
      for (const [name, version] of [
        ["aws-cdk-lib", "2.300.0"],
        ["constructs", "10.9.0"],
        ["valibot", "0.42.0"],
      ] as const) {
        mkdirSync(join(app, "node_modules", name), { recursive: true });
        writeFileSync(join(app, "node_modules", name, "package.json"), JSON.stringify({ name, version, main: "index.js" }));
        writeFileSync(join(app, "node_modules", name, "index.js"), "");
      }
    },
    id: "packages.version",
    what: "valibot ^1.5.0, and this app has 0.42.0.",
    fix: 'Run "npm install valibot@^1.5.0".',
  },
  {
    fault: "esbuild of another machine",
    seed: () => {
      vi.doMock("esbuild", () => ({
        transformSync: () => {
          throw new Error("You installed esbuild for another platform");
        },
      }));
    },
    id: "esbuild.broken",
    fix: "remove node_modules, then run npm ci",
  },
  {
    fault: "an external tenant that is none",
    seed: setting("externalTenant", { tenantId: "contoso", audience: TENANT }),
    id: "settings.invalid",
    what: "externalTenant.tenantId",
    fix: "settings.ts",
  },
  {
    fault: "an option that there is not",
    seed: setting("alarmMail", "a@b"),
    id: "settings.invalid",
    what: "alarmMail is unknown",
    fix: "docs/settings.md",
  },
  {
    fault: "a gate that cannot be called so",
    seed: setting("gates", { Big: { policy: "policy" } }),
    id: "settings.invalid",
    what: "A gate cannot be called",
    fix: "docs/settings.md",
  },
  {
    fault: "a policy that does not compile",
    seed: (scene) => {
      withTheCompiler();
      writePolicy('export default beforeCreateUser([accessList(), ...([] as number[])], { trust: "any" });')(scene);
    },
    id: "policy.types",
    what: "error TS2322",
    fix: "Correct the line",
    checks: ["policy"],
  },
  {
    fault: "a policy that does not load",
    seed: writePolicy('throw new Error("out of paper"); export default beforeCreateUser([accessList()], { trust: "any" });'),
    id: "policy.load",
    what: "out of paper",
    fix: "npm run gate -- test",
    checks: ["policy"],
  },
  {
    fault: "no credentials",
    seed: without("AWS_ACCESS_KEY_ID"),
    id: "aws.credentials",
    fix: "No AWS credentials were found: check --profile",
  },
  {
    fault: "keys that AWS does not know",
    seed: answering("GetCallerIdentity", "InvalidClientTokenId"),
    id: "aws.credentials",
    fix: "AWS does not accept these credentials",
  },
  {
    fault: "a session that has ended",
    seed: answering("GetCallerIdentity", "ExpiredToken"),
    id: "aws.credentials",
    fix: "sign in again (aws sso login",
  },
  {
    fault: "a region of a partition that nobody knows",
    seed: () => {
      process.env.AWS_REGION = "moon-west-1";
    },
    id: "aws.region",
    what: 'does not know the AWS region "moon-west-1"',
    fix: "--region",
  },
  {
    fault: "no region",
    seed: without("AWS_REGION"),
    id: "aws.region",
    what: "No AWS region is set.",
    fix: "Use --region",
  },
  {
    fault: "a profile that there is not",
    seed: ({ args }) => {
      args.profile = "prodution";
    },
    id: "aws.profile",
    what: "There is no AWS profile prodution; there are default, production.",
    fix: "--profile",
  },
  {
    fault: "a proxy that lets nobody through",
    seed: () => {
      delete process.env.AWS_ENDPOINT_URL;
      process.env.HTTPS_PROXY = proxyUrl;
    },
    id: "aws.unreachable",
    fix: "answers 407: check HTTPS_PROXY",
  },
  {
    fault: "a region without the bootstrap",
    seed: answering("GetParameter", "ParameterNotFound"),
    id: "bootstrap.missing",
    fix: "npx cdk bootstrap aws://111111111111/eu-west-1",
  },
  {
    fault: "credentials that may not deploy",
    seed: answering("AssumeRole", "AccessDenied"),
    id: "deploy-roles.denied",
    fix: "docs/permissions/deploy.json",
  },
  {
    fault: "an old bootstrap",
    seed: answering("GetParameter", { Parameter: { Value: "5" } }),
    id: "bootstrap.too-old",
    fix: "npx cdk bootstrap",
  },
  {
    fault: "a missing permission",
    seed: answering("GetParameter", "AccessDeniedException"),
    id: "bootstrap.unknown",
    fix: "AWS refuses this",
  },
  {
    fault: "a new account's concurrency",
    seed: answering("/2016-08-19/account-settings", { AccountLimit: { ConcurrentExecutions: 10 } }),
    id: "concurrency.low",
    what: "Lambda runs 10 functions",
    fix: "--quota-code L-B99A9384",
  },
  {
    fault: "more instances reserved than the account has",
    seed: (scene: Scene) => {
      setting("reservedConcurrency", 60)(scene);
      // What the stack has reserved already is its own.
      scene.server.world.resources.Step0 = { Type: "AWS::Lambda::Function", Properties: { ReservedConcurrentExecutions: 50 } };
      answering("/2016-08-19/account-settings", { AccountLimit: { ConcurrentExecutions: 400, UnreservedConcurrentExecutions: 300 } })(
        scene,
      );
    },
    id: "concurrency.reserved",
    what: "of which this stack can have 250, and settings.ts asks for 300",
    fix: "lower reservedConcurrency",
  },
  {
    fault: "a trust store that was replaced, and not deployed",
    seed: trustStore({ truststoreVersion: "1" }),
    id: "trust-store.behind",
    what: "refuses certificates that were added since",
    fix: 'Write version: "2" in customDomain.trustStore',
  },
  {
    fault: "a trust store that API Gateway cannot use",
    seed: trustStore({ truststoreWarnings: ["certificate expired"] }),
    id: "trust-store.unusable",
    what: "certificate expired",
    fix: "Take that certificate out",
  },
  {
    fault: "a domain that asks for no certificate yet",
    seed: trustStore({ truststoreUri: undefined }),
    id: "trust-store.off",
    fix: "Run npx cdk deploy.",
  },
  {
    fault: "a row of the list that the hygiene worker missed",
    seed: answering("Scan", { Items: [{ entry: { S: "@Contoso.com" }, effect: { S: "allow" } }] }),
    id: "list.missed-rows",
    what: "The hygiene worker missed 1 of 1 row of the access list",
    fix: "npm run gate -- list tidy.",
  },
  {
    fault: "decisions that cannot be read",
    seed: ({ server: { world } }) => {
      delete world.outputs.ListChangesTable;
      world.answers.Query = { Items: [{ reference: { S: "K7QD-4444" }, id: { S: "odd-row" }, day: { S: "2026-06-15" } }] };
    },
    id: "rows.unreadable",
    what: "rows of the table of decisions cannot be read, and no page or export shows them: K7QD-4444 odd-row",
    fix: "Correct or delete them in the table decisions",
  },
  {
    fault: "a change set that cannot be read",
    seed: ({ server: { world } }) => {
      delete world.outputs.DecisionsTable;
      world.answers.Query = { Items: [{ set: { S: "sets" }, part: { S: "20260615-odd" } }] };
    },
    id: "rows.unreadable",
    what: "2 rows of the table of change sets and proposals cannot be read, and no page or export shows them: 20260615-odd, 20260615-odd.",
    fix: "Correct or delete them in the table list-changes",
  },
  {
    fault: "an account with a misspelt end",
    seed: ({ server: { world } }) => {
      delete world.outputs.DecisionsTable;
      delete world.outputs.ListChangesTable;
      world.outputs.AccountsTable = "accounts";
      world.answers.Query = { Items: [toItem({ ...row, untill: "2026-12-01" })] };
    },
    id: "rows.unreadable",
    what: `3 rows of the table of accounts cannot be read, and no page or export shows them: ${row.id}, ${row.id}, ${row.id}.`,
    fix: "Correct or delete them in the table accounts",
  },
  {
    fault: "a changed row that a function skipped",
    seed: ({ server: { world } }) => {
      world.outputs.LedgerTable = "ledger";
      const at = new Date(Date.now() - 86_400_000).toISOString();
      const rows = [
        { at: "2020-01-01T00:00:00.000Z", sequenceNumber: "1", why: "Old" },
        { at, table: "decisions", row: "K7QD-4444", sequenceNumber: "2", why: "TypeError" },
        { at, table: "access-list", sequenceNumber: "3", why: "ValidationException" },
      ];
      world.answers.BatchGetItem = {
        Responses: { ledger: [{ id: { S: "skipped/decision-counter" }, rows: { S: JSON.stringify(rows) } }] },
      };
    },
    id: "rows.skipped",
    what: "decision-counter skipped 2 changed rows that it cannot handle (not counted):",
    fix: "Correct the rows: a corrected row is read again.",
  },
  {
    fault: "work that a function could not do",
    seed: ({ server: { world } }) => {
      world.outputs.LedgerTable = "ledger";
      const at = new Date(Date.now() - 86_400_000).toISOString();
      const failures = JSON.stringify([{ part: "crm", since: at, at, why: "status 500" }]);
      world.answers.BatchGetItem = { Responses: { ledger: [{ id: { S: "work/webhooks" }, failures: { S: failures } }] } };
    },
    id: "work.webhooks",
    what: "The webhook crm takes no events since",
    fix: "docs/runbook.md#webhook-lag",
    checks: ["work"],
  },
  {
    fault: "the mail sandbox",
    seed: answering("/v2/email/account", { ProductionAccessEnabled: false, SendingEnabled: true }),
    id: "mail.sandbox",
    fix: "put-account-details",
  },
  {
    fault: "mail that SES has stopped",
    seed: answering("/v2/email/account", { ProductionAccessEnabled: true, SendingEnabled: false }),
    id: "mail.paused",
    fix: "Account dashboard",
  },
  {
    fault: "an account whose mails SES reviews",
    seed: answering("/v2/email/account", { ProductionAccessEnabled: true, SendingEnabled: true, EnforcementStatus: "PROBATION" }),
    id: "mail.review",
    what: "too many mails bounce",
    fix: "docs/mail.md#the-suppression-list",
  },
  {
    fault: "a certificate that waits",
    seed: answering("DescribeCertificate", certificate({ Status: "PENDING_VALIDATION" })),
    id: "certificate.not-issued",
    fix: "Create the CNAME record",
  },
  {
    fault: "a certificate of another name",
    seed: answering("DescribeCertificate", certificate({ SubjectAlternativeNames: ["*.fabrikam.com"] })),
    id: "certificate.other-name",
    fix: `Request one for ${DOMAIN}`,
  },
  {
    fault: "a certificate that ends",
    seed: answering("DescribeCertificate", certificate({ NotAfter: Date.now() / 1_000 + 12.5 * DAY_S })),
    id: "certificate.expires",
    what: "ends in 12 days",
    fix: "Keep the CNAME record",
  },
  {
    fault: "a certificate of another region",
    seed: setting("customDomain", { domainName: DOMAIN, certificateArn: CERTIFICATE.replace("eu-west-1", "us-east-1") }),
    id: "certificate.region",
    fix: "Make one in eu-west-1",
  },
  {
    fault: "another's role for API Gateway's logs",
    seed: answering("/account", { cloudwatchRoleArn: "arn:aws:iam::111111111111:role/Other-ApiGatewayLogsRole-1" }),
    id: "log-role.taken",
    fix: "Write setsApiLogRole: false",
  },
  {
    fault: "no role for API Gateway's logs, and none is set",
    seed: setting("setsApiLogRole", false),
    id: "log-role.missing",
    fix: "Take setsApiLogRole out",
  },
  {
    fault: "a table handed in that is not there",
    seed: handedIn({ profiles: "old" }, { DescribeTable: "ResourceNotFoundException" }),
    id: "tables.missing",
    fix: "Correct tables.profiles",
  },
  {
    fault: "a table handed in with another key",
    seed: handedIn({ profiles: "old" }, { DescribeTable: { Table: { KeySchema: keyOf("id") } } }),
    id: "tables.key",
    what: "The key of the table old is id, but profiles needs person.",
    fix: "a key cannot be changed",
  },
  {
    fault: "a table handed in whose index holds too little",
    seed: handedIn({ decisions: STREAM }, { DescribeTable: { Table: { ...decisions, GlobalSecondaryIndexes: indexes("KEYS_ONLY") } } }),
    id: "tables.index",
    what: "lacks by-day, or they hold too little",
    fix: "Restore it with all its indexes",
  },
  {
    fault: "a table handed in without a stream",
    seed: handedIn({ decisions: STREAM }, { DescribeTable: { Table: { ...decisions, StreamSpecification: undefined } } }),
    id: "tables.stream",
    fix: "aws dynamodb update-table --table-name old --stream-specification StreamEnabled=true",
  },
  {
    fault: "a table handed in by a stream that it no longer has",
    seed: handedIn({ decisions: STREAM.replace("2026", "2025") }, { DescribeTable: { Table: decisions } }),
    id: "tables.old-stream",
    fix: `Write tables.decisions: "${STREAM}"`,
  },
  {
    fault: "a table handed in whose rows never go",
    seed: handedIn({ decisions: STREAM }, { DescribeTable: { Table: decisions }, DescribeTimeToLive: {} }),
    id: "tables.time-to-live",
    fix: "aws dynamodb update-time-to-live --table-name old",
  },
  {
    fault: "a domain that points elsewhere",
    seed: () => pointing({ [DOMAIN]: "old.contoso.com" }),
    id: "dns.elsewhere",
    what: "points at old.contoso.com.",
    fix: `${DOMAIN} CNAME ${TARGET}`,
  },
  {
    fault: "a domain that points elsewhere by way of another name",
    seed: () => pointing({ [DOMAIN]: "edge.contoso.com", "edge.contoso.com": "cdn.example.net" }),
    id: "dns.elsewhere",
    what: "points at edge.contoso.com, and that at cdn.example.net.",
    fix: `${DOMAIN} CNAME ${TARGET}`,
  },
  {
    fault: "a domain in a loop",
    seed: () => pointing({ [DOMAIN]: "edge.contoso.com", "edge.contoso.com": DOMAIN }),
    id: "dns.elsewhere",
    what: `points at edge.contoso.com, and that at ${DOMAIN}`,
    fix: `${DOMAIN} CNAME ${TARGET}`,
  },
  {
    fault: "a domain without a record",
    seed: () => void vi.spyOn(dns.promises, "resolveCname").mockRejectedValue(Object.assign(new Error(), { code: "ENODATA" })),
    id: "dns.missing",
    fix: `${DOMAIN} CNAME ${TARGET}`,
  },
  {
    fault: "a deployment that failed",
    seed: ({ server: { world } }) => {
      world.status = "UPDATE_ROLLBACK_COMPLETE";
    },
    id: "stack.failed",
    fix: "stack's events",
  },
  {
    fault: "a stack of something else",
    seed: ({ server: { world } }) => void delete world.outputs.CredentialsSecret,
    id: "stack.other",
    fix: "Name another stack with --stack",
  },
  {
    fault: "a secret with AWS's own value",
    seed: (scene) => {
      answering("DescribeSecret", { VersionIdsToStages: { first: ["AWSCURRENT"] } })(scene);
      answering("GetSecretValue", { SecretString: "k3s..." })(scene);
      delete scene.server.world.resources.PartnersSecret;
    },
    id: "secrets.not-filled-in",
    what: "Gatehouse: accounts of approved people",
    fix: "Run npm run gate -- secrets set approvals.",
  },
  {
    fault: "a secret of another form",
    seed: answering("GetSecretValue", { SecretString: "hunter2" }),
    id: "secrets.no-json",
    fix: "Run npm run gate -- secrets set approvals.",
  },
  {
    fault: "a webhook's key without the = at its end",
    seed: (scene) => {
      scene.server.world.outputs.WebhookCrmKey = "arn:webhook";
      answering("GetSecretValue", { SecretString: "A".repeat(43) })(scene);
      for (const each of [APPROVALS, "PartnersSecret"]) delete scene.server.world.resources[each];
    },
    id: "secrets.webhook-unpadded",
    what: "WebhookCrmKey has no = at its end",
    fix: "Write the same key with = at its end",
  },
  {
    fault: "a webhook's key that signs nothing",
    seed: (scene) => {
      scene.server.world.outputs.WebhookCrmKey = "arn:webhook";
    },
    id: "secrets.webhook-unusable",
    what: "WebhookCrmKey is no key",
    fix: "openssl rand -base64 32",
  },
  {
    fault: "two regions more for tables that stand",
    seed: copying(["eu-central-1", "us-east-1"], "eu-west-1"),
    id: "replicas.several",
    what: "replicas in settings.ts has 2 changes: eu-central-1, us-east-1.",
    fix: "Change replicas by eu-central-1 alone",
  },
  {
    fault: "a region in the place of another",
    seed: copying(["us-east-1"], "eu-west-1", "eu-central-1"),
    id: "replicas.several",
    what: "has 2 changes: us-east-1, eu-central-1.",
    fix: "Change replicas by us-east-1 alone",
  },
  {
    fault: "an endpoint that is not there",
    seed: ({ server: { world } }) => {
      world.outputs.BeforeCreateUserUrl = "http://127.0.0.1:2/v1/before-create-user";
    },
    id: "endpoint.unreachable",
    what: "http://127.0.0.1:2 does not answer: ECONNREFUSED.",
    fix: "Check its DNS record and certificate",
  },
  {
    fault: "alarms that nobody confirmed",
    seed: answering("GetTopicAttributes", { SubscriptionsConfirmed: "0" }),
    id: "alarms.unconfirmed",
    fix: `--topic-arn ${TOPIC}`,
  },
  {
    fault: "an alarm that is ringing, although nobody gets it",
    seed: ({ server: { world } }) => {
      delete world.resources[TOPIC];
      answering("DescribeAlarms", {
        MetricAlarms: [
          {
            AlarmName: "Gatehouse-AlarmsBackupFailed0AD400E3-XYZ",
            AlarmDescription: "A table's daily backup failed. Runbook: https://wiki.contoso.com/runbook.md#backup-failed",
            StateUpdatedTimestamp: Date.parse("2026-11-20T08:00:00Z") / 1_000,
          },
        ],
      })({ server: { world } } as Scene);
    },
    id: "alarms.ringing",
    what: "A table's daily backup failed. The alarm has been ringing since",
    fix: "https://wiki.contoso.com/runbook.md#backup-failed",
  },
  {
    fault: "a table whose stream is off",
    seed: answering("DescribeTable", { Table: streamed({ StreamSpecification: { StreamEnabled: false } }) }),
    id: "streams.stream-off",
    what: "The stream of the table access-list is off",
    fix: "aws dynamodb update-table --region eu-west-1 --table-name access-list",
  },
  {
    fault: "a table whose stream was off for a while",
    seed: answering("DescribeTable", { Table: streamed({ LatestStreamArn: "arn:new" }) }),
    id: "streams.other-stream",
    what: "has another stream than the one that TrailReader follows",
    fix: 'tables.accessList: "arn:new" in settings.ts',
  },
  {
    fault: "a reader of a stream that is off",
    seed: answering(MAPPING_PATH, mapping({ State: "Disabled" })),
    id: "streams.reader-off",
    fix: "aws lambda update-event-source-mapping --region eu-west-1 --uuid Mapping --enabled",
  },
  {
    fault: "a reader of a stream that is not the stack's",
    seed: answering(MAPPING_PATH, mapping({ FunctionArn: "arn:aws:lambda:eu-west-1:111111111111:function:Other" })),
    id: "streams.reader-gone",
    what: "TrailReader no longer follows the table access-list",
    fix: "docs/runbook.md#stream-unread",
  },
  {
    fault: "a reader of a stream that was deleted",
    seed: answering(MAPPING_PATH, "ResourceNotFoundException"),
    id: "streams.reader-gone",
    what: "TrailReader no longer follows a stream through Mapping",
    fix: "docs/runbook.md#stream-unread",
  },
  {
    fault: "a tenant of another issuer",
    seed: answering(`/${TENANT}/v2.0/.well-known/openid-configuration`, { issuer: ISSUER.replace(TENANT, "contoso") }),
    id: "issuer.other",
    fix: `Set externalTenant.issuer to "https://contoso.ciamlogin.com/${TENANT}/v2.0"`,
  },
  {
    fault: "a tenant that there is not",
    seed: answering(`/${TENANT}/v2.0/.well-known/openid-configuration`, "invalid_tenant"),
    id: "issuer.no-metadata",
    what: "it answers 400",
    fix: "externalTenant.tenantId",
  },
  {
    fault: "settings of approvals that are none",
    seed: answering("GetSecretValue", settingsWith({ tenantId: "contoso" })),
    id: "graph.settings",
    what: "tenantId is no GUID",
    fix: APPROVALS,
  },
  {
    fault: "a client secret that has ended",
    seed: answering(`/${TENANT}/oauth2/v2.0/token`, "AADSTS7000222"),
    id: "graph.sign-in",
    what: "400 AADSTS7000222",
    fix: "The client secret has expired",
  },
  {
    fault: "an application that Conditional Access refuses",
    seed: answering(`/${TENANT}/oauth2/v2.0/token`, "AADSTS53003"),
    id: "graph.sign-in",
    what: "400 AADSTS53003",
    fix: "A Conditional Access policy refuses this sign-in",
  },
  {
    fault: "a role of which Entra finds no subject",
    seed: byRole({ status: 401, codes: ["AADSTS700213"], quoted: ROLE }),
    id: "graph.sign-in",
    what: "to the role of the application that makes accounts: 401 AADSTS700213",
    fix: `No federated credential of the application has the subject ${ROLE}`,
    checks: ["graph"],
  },
  {
    fault: "a role that AWS does not sign for",
    seed: byRole({ problem: "AWS signs no token for this account yet." }),
    id: "graph.sign-in",
    what: "The role of the application that makes accounts cannot sign in.",
    fix: "AWS signs no token for this account yet.",
    checks: ["graph"],
  },
  {
    fault: "a role whose application lacks a permission",
    seed: byRole({ permissions: NARROW.slice(1) }),
    id: "graph.permission",
    what: "lacks the permission User.Create.",
    fix: "grant admin consent",
    checks: ["graph"],
  },
  {
    fault: "a role, and an account that signs for none",
    seed(scene) {
      byRole({})(scene);
      scene.server.world.answers.GetOutboundWebIdentityFederationInfo = federation(false);
    },
    id: "federation.off",
    what: "AWS signs no tokens for this account's roles yet",
    fix: "aws iam enable-outbound-web-identity-federation",
    checks: ["federation"],
  },
  {
    fault: "an application without such a federated credential",
    seed: answering(`/${TENANT}/oauth2/v2.0/token`, "AADSTS700213"),
    id: "graph.sign-in",
    what: "400 AADSTS700213",
    fix: "No federated credential of the application has this subject",
  },
  {
    fault: "a page of the network's in place of a token",
    seed: answering(`/${TENANT}/oauth2/v2.0/token`, "<html>Sign in to the network</html>"),
    id: "graph.sign-in",
    what: "no token to the application that makes accounts: 200.",
    fix: "was answered by HTML (200), which is not Microsoft's: sign in to the network",
  },
  {
    fault: "a page of the network's in place of a domain's metadata",
    seed: answering(DOMAIN_PATH, "<html>Sign in to the network</html>"),
    id: "graph.unknown",
    fix: "was answered by HTML (200)",
  },
  {
    fault: "a permission that was not granted",
    seed: answering(`/${TENANT}/oauth2/v2.0/token`, token("User.Read.All")),
    id: "graph.permission",
    fix: "grant admin consent",
  },
  {
    fault: "a domain of another tenant",
    seed: answering(DOMAIN_PATH, { issuer: "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999/v2.0" }),
    id: "graph.domain",
    what: `contoso.onmicrosoft.com is not a verified domain of the tenant ${TENANT}.`,
    fix: "Custom domain names",
  },
  {
    fault: "a domain of nobody's",
    seed: answering(DOMAIN_PATH, "invalid_tenant"),
    id: "graph.domain",
    fix: "Set tenantDomain",
  },
  {
    fault: "a tenant in which administrators alone invite",
    seed: answering(INVITATIONS_PATH, { allowInvitesFrom: "adminsAndGuestInviters" }),
    id: "invitations.restricted",
    what: "adminsAndGuestInviters",
    fix: "Guest invite settings",
  },
  {
    fault: "an application that may not add to groups",
    seed: answering(`/${GROUP_TENANT}/oauth2/v2.0/token`, token("User.ReadWrite.All", "GroupMember.Read.All")),
    id: "arrivals.permission",
    what: "The application that looks after new accounts lacks the permission GroupMember.ReadWrite.All.",
    fix: "grant admin consent",
  },
  {
    fault: "a client secret of the group's application that has ended",
    seed: answering(`/${GROUP_TENANT}/oauth2/v2.0/token`, "AADSTS7000222"),
    id: "arrivals.sign-in",
    fix: "bin/app.ts and the secret PartnersSecret",
  },
  {
    fault: "an answer that is no group",
    seed: answering(GROUP_PATH, {}),
    id: "arrivals.unknown",
    fix: "was answered by JSON of another form (200)",
  },
  {
    fault: "an answer that names no inviters",
    seed: answering(INVITATIONS_PATH, {}),
    id: "invitations.unknown",
    fix: "was answered by JSON of another form (200)",
  },
  { fault: "a group that there is not", seed: answering(GROUP_PATH, "404"), id: "arrivals.group", fix: "Set groupId" },
  {
    fault: "an application that may not give connectors new passwords",
    seed: rotating(),
    id: "rotation.permission",
    what: "The application that gives connectors new passwords lacks the permission APIConnectors.ReadWrite.All.",
    fix: "docs/rotation.md",
  },
  {
    fault: "an application that rotates, and does not get in",
    seed: rotating("AADSTS7000215"),
    id: "rotation.sign-in",
    what: "400 AADSTS7000215",
    fix: "the secret RotationSecret",
    checks: ["rotation"],
  },
  {
    fault: "settings of the rotation that are none",
    seed: (scene) => {
      rotating()(scene);
      scene.server.world.answers.GetSecretValue = settingsWith({ clientId: "contoso" });
    },
    id: "rotation.settings",
    what: "clientId is no GUID",
    fix: "docs/rotation.md",
    checks: ["rotation"],
  },
  {
    fault: "a console's client secret that has ended",
    seed: withConsole({}, "AADSTS7000222"),
    id: "console.sign-in",
    what: "400 AADSTS7000222",
    fix: "Make a new client secret",
    checks: ["console", "console-registration"],
  },
  {
    fault: "a console whose address Entra does not know",
    seed: (scene) => {
      withConsole({})(scene);
      scene.server.world.answers[AUTHORIZE] = { page: "AADSTS50011: The redirect URI does not match." };
    },
    id: "console.redirect-uri",
    what: "nobody can sign in",
    fix: "Add https://console.contoso.com/sign-in/callback",
    checks: ["console"],
  },
  ...(
    [
      [
        "open to other tenants",
        { signInAudience: "AzureADMultipleOrgs" },
        "many-tenants",
        "AzureADMultipleOrgs",
        "this organizational directory only",
      ],
      [
        "without its redirect URI",
        { web: { redirectUris: [SIGNED_OUT] } },
        "redirect-uri",
        "does not know the console's address",
        "Add https://console.contoso.com",
      ],
      [
        "without the way back from signing out",
        { web: { redirectUris: [CALLBACK] } },
        "signed-out-uri",
        "stay on Entra's page",
        `Add ${SIGNED_OUT}`,
      ],
      [
        "that gets no refresh token",
        { consented: ["openid profile", " User.Read openid"] },
        "no-refresh-token",
        "Nobody consented to offline_access",
        "grant admin consent",
      ],
      [
        "without a role",
        { appRoles: roles(["Reader", "Administrator"]) },
        "no-role",
        "no app role with the value Approver",
        "Add it under App roles",
      ],
      ["whose roles nobody has", { given: [] }, "nobody", "Nobody has a role", "Users and groups"],
      ["without an administrator", { given: ["Reader"] }, "nobody", "Nobody has the role Administrator", "Users and groups"],
      [
        "whose secret soon ends",
        { passwordCredentials: [{ hint: "sec", endDateTime: new Date(Date.now() + 3.5 * DAY_S * 1_000).toISOString() }] },
        "secret-expires",
        "ends in 3 days",
        "Certificates & secrets",
      ],
    ] as const
  ).map(([how, differences, id, what, fix]) => ({
    fault: `a console's application ${how}`,
    seed: withConsole(differences),
    id: `console-registration.${id}`,
    what,
    fix,
    checks: ["console-registration"],
  })),
  {
    fault: "a console's domain that points elsewhere",
    seed: (scene) => {
      scene.settings.console = { tenantId: TENANT, clientId: TENANT, domainName: "console.contoso.com", certificateArn: CERTIFICATE };
      scene.server.world.outputs.ConsoleDomainTarget = "d-2.execute-api.eu-west-1.amazonaws.com";
    },
    id: "dns.elsewhere",
    what: `console.contoso.com points at ${TARGET}`,
    fix: "console.contoso.com CNAME d-2.execute-api.eu-west-1.amazonaws.com",
    checks: ["dns", "certificate"],
  },
  {
    fault: "a sender that nobody verified",
    seed: answering("/v2/email/identities/contoso.com", { VerifiedForSendingStatus: false }),
    id: "sender.not-verified",
    what: "SES in eu-west-1 does not send as sign-up@mail.contoso.com",
    fix: "aws sesv2 create-email-identity --region eu-west-1 --email-identity mail.contoso.com",
  },
  {
    fault: "a deployment of another policy",
    seed: writePolicy('export default beforeCreateUser([accessList()], { trust: "any" });'),
    id: "deployed-policy.other",
    what: "as it is here: before-create-user.",
    fix: "npx cdk deploy",
    checks: ["deployed-policy"],
  },
];

it.each(faults)("doctor finds $fault: $id", async ({ seed, id, what = "", fix, checks = quick }) => {
  const found = await faultsIn(seed, checks);
  expect(found).toEqual([{ id, what: expect.stringContaining(what), fix: expect.stringContaining(fix) }]);
});

it("the tests cover more than twenty different faults", () => expect(new Set(faults.map(({ id }) => id)).size).toBeGreaterThan(20));

it("doctor finds no fault in a tenant if it has no right to read the tenant's invitation settings", async () => {
  answering(INVITATIONS_PATH, "403")({ server } as Scene);
  const context = doctorContext(app, { stack: "Gatehouse" });
  const results: unknown[] = [];
  for await (const examined of examine(context, ["invitations"])) results.push(examined);
  expect(results).toEqual([{ check: "invitations", skipped: expect.stringContaining("grant Policy.Read.All") }]);
});

it.each<{ given: string; answer: object | string; result: object }>([
  { given: "none", answer: { value: [] }, result: { told: "Entra has none that is on" } },
  {
    given: "one for some guests",
    answer: { value: [makeGuestPolicy({ displayName: "Partners", scope: guestScopes.selected })] },
    result: { told: expect.stringMatching(/"Partners".*My Account, Sponsored guests/) },
  },
  { given: "what it may not read", answer: "403", result: { skipped: expect.stringContaining("grant LifecyclePolicies-Guests.Read.All") } },
])("doctor tells of Entra's own policies for guests: $given", async ({ answer, result }) => {
  const scene: Scene = { settings: { ...healthySettings }, node: process.versions.node, app, server, args: { stack: "Gatehouse" } };
  for (const seed of [answering(GUEST_POLICIES_PATH, answer), withWorker("AccessWorker1", ending({ disable: 0 }))]) seed(scene);
  const results: ProbeResult[] = [];
  for await (const examined of examine(doctorContext(app, scene.args), ["guest-policies"])) results.push(examined);
  expect(results).toMatchObject([{ check: "guest-policies", ...result }]);
});

it.each<{ given: string; end: object; listeners: object | string; result: object }>([
  { given: "none", end: { idle: 90 }, listeners: { value: [tokenListener] }, result: { faults: [] } },
  {
    given: "one without a listener",
    end: { idle: 90 },
    listeners: { value: [] },
    result: { faults: [{ id: "sign-ins.silent", what: expect.stringContaining(`Sign-ins to ${TENANT} call no step before a token`) }] },
  },
  {
    given: "what it may not read",
    end: { idle: 90 },
    listeners: "403",
    result: { skipped: expect.stringContaining("grant EventListener.Read.All") },
  },
  {
    given: "nothing where Entra is asked",
    end: { idle: 90, asksGraph: true },
    listeners: "403",
    result: { skipped: expect.stringContaining("no policy") },
  },
])("doctor tells which applications call no step before a token: $given", async ({ end, listeners, result }) => {
  const scene: Scene = { settings: { ...healthySettings }, node: process.versions.node, app, server, args: { stack: "Gatehouse" } };
  server.world.outputs.ExtensionUrl = EXTENSION;
  const flows = "/v1.0/identity/authenticationEventsFlows";
  const seeds = [
    answering(flows, { value: [{ id: "f1" }] }),
    answering(`${flows}/f1/conditions/applications/includeApplications`, { value: [{ appId: TENANT }] }),
    answering("/v1.0/identity/customAuthenticationExtensions", {
      value: [{ id: "ours", endpointConfiguration: { targetUrl: `${EXTENSION}/token-issuance-start` } }],
    }),
    answering("/v1.0/identity/authenticationEventListeners", listeners),
    withWorker("AccessWorker1", ending(end)),
  ];
  for (const seed of seeds) seed(scene);
  const results: ProbeResult[] = [];
  for await (const examined of examine(doctorContext(app, scene.args), ["sign-ins"])) results.push(examined);
  expect(results).toMatchObject([{ check: "sign-ins", ...result }]);
});

it.each<{ given: string; records: Readonly<Record<string, string>> }>([
  { given: "in capitals, as BIND 9.18 and PowerDNS serve what stands in the zone", records: { [DOMAIN]: TARGET.toUpperCase() } },
  { given: "with the root's dot", records: { [DOMAIN]: `${TARGET}.` } },
  { given: "by way of another name", records: { [DOMAIN]: "Edge.contoso.com", "Edge.contoso.com": TARGET } },
  { given: "that leads further itself", records: { [DOMAIN]: TARGET, [TARGET]: "execute-api.eu-west-1.amazonaws.com" } },
])("doctor accepts a CNAME as the record of a domain: $given", async ({ records }) =>
  expect(await faultsIn(() => pointing(records), ["dns"])).toEqual([]),
);

it("doctor accepts a certificate for a domain if its name is in capitals", async () => {
  const seed = (scene: Scene) => {
    scene.settings.customDomain = { domainName: DOMAIN.toUpperCase(), certificateArn: CERTIFICATE };
  };
  expect(await faultsIn(seed, ["certificate"])).toEqual([]);
});

it("doctor accepts an alias as the record of a domain", async () => {
  const seed = () => {
    vi.spyOn(dns.promises, "resolveCname").mockRejectedValue(Object.assign(new Error(), { code: "ENODATA" }));
    vi.spyOn(dns.promises, "resolve4").mockResolvedValue(["192.0.2.1"]);
  };
  expect(await faultsIn(seed, ["dns"])).toEqual([]);
});

it("doctor runs checks in parallel: those that need no AWS account do not wait for the account", async () => {
  writeFileSync(join(app, "settings.ts"), `export default ${JSON.stringify(healthySettings)};`);
  const context = doctorContext(app, { stack: "Gatehouse" });
  const account = async () => {
    while (!server.operations.some((each) => each.endsWith("openid-configuration"))) await sleep(5);
    return await context.account();
  };
  const checks: string[] = [];
  for await (const { check } of examine({ ...context, account }, ["aws", "issuer"])) checks.push(check);
  expect(checks).toEqual(["aws", "issuer"]);
});

it("doctor makes all possible checks before a stack exists", async () => {
  server.world.hasStack = false;
  expect(await faultsIn(() => undefined, quick)).toEqual([]);
  expect(server.operations).not.toContain("GetTemplate");
});

describe("the command gatehouse doctor", () => {
  it('refuses "-" as the file of a recording', async () =>
    expect(await gatehouse("doctor", "--record", "-")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--record needs a file"),
    }));

  it("prints each fault with its fix, and ends with exit code 1", async () => {
    answering("GetParameter", "ParameterNotFound")({ server } as Scene);
    server.world.hasStack = false;
    const { exitCode, stdout, stderr } = await gatehouse("doctor");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain(
      "!!  bootstrap.missing: The CDK has not been bootstrapped in eu-west-1.\n    Run npx cdk bootstrap aws://111111111111/eu-west-1.\n",
    );
    expect(stdout).toMatch(/^ok {2}node\n.*- {3}not checked, as there is no stack Gatehouse in eu-west-1: stack\n.*1 thing to fix\.\n$/s);
  });

  it("ends with exit code 0 if nothing is wrong, and prints one line of JSON for each check", async () => {
    server.world.hasStack = false;
    const ran = await gatehouse("doctor", "--json");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(jsonLines(ran)).toEqual(
      expect.arrayContaining([
        { check: "aws", faults: [] },
        { check: "certificate", skipped: "there is no custom domain" },
        { check: "tables", skipped: "settings.ts hands none in" },
      ]),
    );
  });

  it("checks before a deployment only what could make it fail, and skips checks that do not apply", async () => {
    answering("GetParameter", "AccessDeniedException")({ server } as Scene);
    const ran = await gatehouse("doctor", "--before-deploy", "--json");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(jsonLines(ran)).toEqual([
      { check: "aws", faults: [] },
      { check: "bootstrap", faults: [] },
      { check: "deploy-roles", faults: [] },
      { check: "certificate", skipped: "there is no custom domain" },
      { check: "log-role", faults: [] },
      { check: "tables", skipped: "settings.ts hands none in" },
      { check: "replicas", skipped: "settings.ts names no other regions" },
    ]);
    answering("GetParameter", "ParameterNotFound")({ server } as Scene);
    expect(await gatehouse("doctor", "--before-deploy")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("!!  bootstrap.missing"),
    });
  });

  it("checks another policy with --policy", async () => {
    writePolicy("export default 1;")({ app, settings: {} } as Scene);
    const ran = await gatehouse("doctor", "--local", "--data", "/nowhere", "--policy", join(app, "policy"), "--json");
    expect(jsonLines(ran)).toContainEqual({ check: "policy", faults: [expect.objectContaining({ id: "policy.load" })] });
  });

  it("checks npm start with --local, and calls no AWS service", async () => {
    const none = await gatehouse("doctor", "--local", "--data", "/nowhere");
    expect(none).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("local.not-running") });
    const instance = await startInstance();
    expect(await gatehouse("doctor", ...instance.local)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("local.silent") });
    await instance.close();
    expect(server.operations).toEqual([]);
  });
});
