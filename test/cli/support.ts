import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { type Item, toItem } from "../../adapters/tables/item";
import { seenPasswords } from "../../adapters/tables/seen-passwords";
import { batchWrite, MAX_WRITES, type WriteRequest } from "../../bench/batch-write";
import type { PassingTime } from "../../cli/command";
import { runCommand } from "../../cli/main";
import type { Step } from "../../engine/sign-up/sign-up";
import { dropIndexes } from "../../features/access-list/store/list-indexes";
import { type ApprovalStore, approvalStore } from "../../features/approvals/store/approvals";
import { type DecisionStore, decisionStore } from "../../features/decisions/store/decisions";
import { json as commandJson } from "../../features/lists/json";
import { SecretStore, serveSecrets } from "../../local/aws/secrets";
import { type Instance, type InstanceGate, writeInstance } from "../../local/data/instance";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { awsCallsOf } from "../support/aws-calls";
import { createDecisionsTable } from "../support/decisions-table";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../support/dynamodb";
import { createKeyTable } from "../support/key-table";

import { assertPermitted } from "./permitted";

/** What a command left: its exit code and what it wrote. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in this process. */
export async function gatehouse(...args: string[]): Promise<Ran> {
  return await gatehouseAt(undefined, ...args);
}

/** The same, waiting by another clock. */
export async function gatehouseAt(time: PassingTime | undefined, ...args: string[]): Promise<Ran> {
  return await running(time, args).ended;
}

/** A machine's time zones of which nothing is to say. */
const noZones = { node: undefined, system: undefined, zone: undefined };

/** A command that goes on until a signal ends it. */
interface Running {
  /** What it has printed so far. */
  stdout(): string;
  readonly ended: Promise<Ran>;
}

/** Begins the program in this process. */
export const gatehouseRunning = (...args: string[]): Running => running(undefined, args);

function running(time: PassingTime | undefined, args: readonly string[]): Running {
  let stdout = "";
  let stderr = "";
  async function run(): Promise<Ran> {
    const { result: exitCode, calls } = await awsCallsOf(() =>
      runCommand(args, { stdout: { write: (text) => (stdout += text) }, stderr: { write: (text) => (stderr += text) } }, time, noZones),
    );
    assertPermitted(args, calls);
    assertAsPublished(args, stdout);
    return { exitCode, stdout, stderr };
  }
  return { stdout: () => stdout, ended: run() };
}

/** Throws where a command prints with --json what its schema does not say: every suite of commands looks. */
function assertAsPublished(args: readonly string[], stdout: string): void {
  if (!args.includes("--json") || stdout === "") return;
  const words = commandOf(args);
  const schema = commandJson[words as keyof typeof commandJson];
  if (schema === undefined) throw new Error(`${words} has no schema in features/command-json.ts.`);
  for (const line of jsonLines({ stdout })) {
    const flaw = v.safeParse(schema as v.GenericSchema, line).issues?.map((each) => `${v.getDotPath(each)}: ${each.message}`);
    if (flaw !== undefined) throw new Error(`${words} --json is not as its schema says. ${flaw.join("; ")}: ${JSON.stringify(line)}`);
  }
}

/** The words of the command that these run; a group without a verb runs its first. */
function commandOf(args: readonly string[]): string {
  const isNamed = (words: string) => `${args.join(" ")} `.startsWith(`${words} `);
  const [words] = Object.keys(commandJson)
    .filter(isNamed)
    .sort((one, other) => other.length - one.length);
  return words ?? Object.keys(commandJson).find((each) => each.startsWith(`${args[0]} `)) ?? args.join(" ");
}

/** What a command left, without the ids of change sets. */
export async function withoutSets(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  return {
    ...ran,
    stderr: ran.stderr.replace(/^Change set \S+\. To take it back: npm run gate -- list revert .*\n/gm, ""),
  };
}

/** The objects that a command printed with --json. */
export function jsonLines({ stdout }: Pick<Ran, "stdout"> & Partial<Ran>): readonly unknown[] {
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
}

/** A version of the credentials' secret, made this many hours ago. */
export interface TestVersion {
  readonly password: string;
  readonly stages: readonly string[];
  readonly hoursAgo: number;
}

/** A Gatehouse that looks to the commands like a running npm start. */
export interface TestInstance {
  readonly dynamodb: TestDynamoDb;
  readonly decisions: DecisionStore;
  readonly decisionsTable: string;
  readonly approvals: ApprovalStore;
  readonly profilesTable: string;
  readonly listChangesTable: string;
  /** Notes that Entra has shown a version of the password at these steps. */
  seen(versionId: string, ...steps: readonly string[]): Promise<void>;
  readonly secretsEndpoint: string;
  readonly credentialsSecret: string;
  readonly personKeySecret: string;
  readonly data: string;
  /** The options that make a command use it. */
  readonly local: readonly string[];
  /** @param tableName the access list's by default */
  putRow(row: Readonly<Record<string, string>>, tableName?: string): Promise<void>;
  /** Many rows of the access list, a batch at a time. */
  putRows(rows: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** Of the access list, without what its indexes go by. */
  rows(): Promise<readonly Record<string, string>[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const NOWHERE = "http://127.0.0.1:1";
const unreachable = { url: NOWHERE, tokenUrl: NOWHERE, tenantId: "", audience: "" };
const DECISIONS_TABLE = "decisions-test";
const PROFILES_TABLE = "profiles-test";
const REFERENCE_DATA_TABLE = "reference-data";
const LEDGER_TABLE = "ledger";
const APPROVALS_TABLE = "approvals-test";
const LIST_CHANGES_TABLE = "list-changes-test";
const AUDIT_TABLE = "audit-test";
const ACCOUNTS_TABLE = "accounts";
/** What the commands sign with. */
const aws = { ...testCredentials, region: "eu-west-1" };
const PERSON_KEY_ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:PersonKey-d4e5f6";
/** What the instance's hashes are keyed by. */
export const PERSON_KEY = "a-key-of-the-tests-and-long-enough";
const ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:CredentialsSecret-a1b2c3";

/** What an instance has beside the gate without a name. */
interface InstanceOptions {
  /** Names of gates, each with its own credentials. */
  readonly gates?: readonly string[];
  /** Stand-ins for systems outside, by name. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Those of the unnamed gate. */
  readonly steps?: readonly Step[];
  /** Where it answers; nowhere by default. */
  readonly apiUrl?: string;
  readonly extension?: Instance["extension"];
  /** Whether it has an audit trail. */
  readonly audit?: true;
  /** Whether it keeps accounts. */
  readonly accounts?: true;
  /** A secret that its rules declare. */
  readonly policySecret?: string;
  /** Roles as which its functions sign in to Graph. */
  readonly roles?: TestRoles;
}

export interface TestRoles {
  /** By names of roles: what the secret of each holds. */
  readonly secrets: Readonly<Record<string, object>>;
  /** Of the account's tokens; undefined while the switch is off. */
  readonly issuer: string | undefined;
}

/** The role's ARN, as the stack puts it out. */
export const roleArn = (name: string) => `arn:aws:iam::111111111111:role/Gatehouse-${name}-1A2B`;

export async function startInstance(
  versions: readonly TestVersion[] = [],
  policy = "policy",
  {
    gates = [],
    endpoints = {},
    steps = ["after-sign-in", "before-create-user"],
    apiUrl = NOWHERE,
    extension = unreachable,
    audit,
    accounts,
    policySecret,
    roles,
  }: InstanceOptions = {},
): Promise<TestInstance> {
  const dataDir = mkdtempSync(join(tmpdir(), "gatehouse-cli-"));
  const secretsFile = join(dataDir, "secrets.json");
  writeFileSync(
    secretsFile,
    JSON.stringify({
      [ARN]: { ARN, Name: "CredentialsSecret", versions: Object.fromEntries(versions.map(stored)) },
      ...Object.fromEntries(gates.map((gate) => [`${ARN}-${gate}`, gateSecret(gate)])),
      [PERSON_KEY_ARN]: {
        ARN: PERSON_KEY_ARN,
        Name: "PersonKey",
        versions: { key: { SecretString: PERSON_KEY, CreatedDate: 1, stages: ["AWSCURRENT"] } },
      },
      ...(policySecret !== undefined && {
        [`${ARN}-${policySecret}`]: {
          ARN: `${ARN}-${policySecret}`,
          Name: policySecret,
          versions: { first: { SecretString: "of a stand-in", CreatedDate: 1, stages: ["AWSCURRENT"] } },
        },
      }),
      ...Object.fromEntries(
        Object.entries(roles?.secrets ?? {}).map(([name, members]) => [
          `${ARN}-${name}`,
          {
            ARN: `${ARN}-${name}`,
            Name: name,
            versions: { first: { SecretString: JSON.stringify(members), CreatedDate: 1, stages: ["AWSCURRENT"] } },
          },
        ]),
      ),
    }),
  );
  const [dynamodb, secrets] = await Promise.all([startDynamoDb(), serveSecrets(new SecretStore(secretsFile), { key: aws })]);
  await createDecisionsTable(dynamodb.client, DECISIONS_TABLE);
  await createKeyTable(dynamodb.client, PROFILES_TABLE, "profiles");
  await createKeyTable(dynamodb.client, REFERENCE_DATA_TABLE, "referenceData");
  await createKeyTable(dynamodb.client, LEDGER_TABLE, "ledger");
  await createApprovalsTable(dynamodb.client, APPROVALS_TABLE);
  await createKeyTable(dynamodb.client, LIST_CHANGES_TABLE, "listChanges");
  await createKeyTable(dynamodb.client, AUDIT_TABLE, "audit");
  if (accounts) await createKeyTable(dynamodb.client, ACCOUNTS_TABLE, "accounts");
  dynamodb.operations();
  writeInstance(
    {
      pid: process.pid,
      apiUrl,
      steps,
      extension,
      username: "entra",
      password: "unused",
      ...(gates.length > 0 && { gates: Object.fromEntries(gates.map((gate) => [gate, gateOf(gate, apiUrl)])) }),
      dynamodbEndpoint: dynamodb.endpoint,
      secretsEndpoint: secrets.url,
      aws,
      tables: {
        accessList: dynamodb.tableName,
        decisions: DECISIONS_TABLE,
        profiles: PROFILES_TABLE,
        referenceData: REFERENCE_DATA_TABLE,
        ledger: LEDGER_TABLE,
        approvals: APPROVALS_TABLE,
        listChanges: LIST_CHANGES_TABLE,
        ...(audit && { audit: AUDIT_TABLE }),
        ...(accounts && { accounts: ACCOUNTS_TABLE }),
      },
      eventsFile: join(dataDir, "events.jsonl"),
      outboxDir: join(dataDir, "outbox"),
      consoleUrl: "http://127.0.0.1:1",
      simulatorUrl: "http://127.0.0.1:1",
      policySecrets: policySecret === undefined ? {} : { [policySecret]: `${ARN}-${policySecret}` },
      endpoints,
      ...(roles && {
        graphRoles: Object.keys(roles.secrets).map((name) => ({ name, arn: roleArn(name), secret: `${ARN}-${name}` })),
        ...(roles.issuer !== undefined && { tokenIssuer: roles.issuer }),
      }),
      credentialsSecret: ARN,
      personKeySecret: PERSON_KEY_ARN,
      policy,
      data: dataDir,
    },
    dataDir,
  );
  const scan = async () => (await dynamodb.client.call<{ Items: StringItem[] }>("Scan", { TableName: dynamodb.tableName })).Items;
  const write = async (requests: readonly WriteRequest[]) => {
    for (let at = 0; at < requests.length; at += MAX_WRITES) {
      await batchWrite(dynamodb.client, dynamodb.tableName, requests.slice(at, at + MAX_WRITES));
    }
  };
  return {
    dynamodb,
    decisions: decisionStore(dynamodb.client, DECISIONS_TABLE),
    decisionsTable: DECISIONS_TABLE,
    approvals: approvalStore(dynamodb.client, APPROVALS_TABLE),
    profilesTable: PROFILES_TABLE,
    listChangesTable: LIST_CHANGES_TABLE,
    async seen(versionId, ...steps) {
      const passwords = seenPasswords({ client: dynamodb.client, name: LEDGER_TABLE, key: ["id"] });
      for (const step of steps) await passwords.add(versionId, step, new Date());
    },
    secretsEndpoint: secrets.url,
    credentialsSecret: ARN,
    personKeySecret: PERSON_KEY_ARN,
    data: dataDir,
    local: ["--local", "--data", dataDir],
    async putRow(row, TableName = dynamodb.tableName) {
      const Item = Object.fromEntries(Object.entries(row).map(([name, S]) => [name, { S }]));
      await dynamodb.client.call("PutItem", { TableName, Item });
    },
    async putRows(rows) {
      await write(rows.map((row) => ({ PutRequest: { Item: toItem(row) } })));
    },
    rows: async () => (await scan()).map((item) => plain(dropIndexes(item) as StringItem)),
    async clear() {
      await write((await scan()).map(({ entry }) => ({ DeleteRequest: { Key: { entry } as Item } })));
    },
    async close() {
      await Promise.all([dynamodb.close(), secrets.close()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function gateOf(gate: string, apiUrl: string): InstanceGate {
  const steps = ["before-create-user"] as const;
  return {
    apiUrl: `${apiUrl}/${gate}`,
    username: `entra-${gate}`,
    password: "unused",
    steps,
    credentialsSecret: `${ARN}-${gate}`,
  };
}

/** Rotated two hours ago. */
function gateSecret(gate: string) {
  const version = (password: string, stages: string, hoursAgo: number) => ({
    SecretString: JSON.stringify({ username: `entra-${gate}`, password }),
    CreatedDate: Date.now() / 1_000 - hoursAgo * 3_600,
    stages: [stages],
  });
  const versions = { old: version("earlier", "AWSPREVIOUS", 50), new: version(`password-of-${gate}`, "AWSCURRENT", 2) };
  return { ARN: `${ARN}-${gate}`, Name: `CredentialsSecret-${gate}`, versions };
}

type StringItem = Readonly<Record<string, { readonly S: string }>>;

function plain(item: StringItem): Record<string, string> {
  return Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
}

function stored({ password, stages, hoursAgo }: TestVersion, index: number) {
  const SecretString = JSON.stringify({ username: "entra", password });
  return [`version-${index}`, { SecretString, CreatedDate: Date.now() / 1_000 - hoursAgo * 3_600, stages }] as const;
}

/** What a suite works in: an instance that each test finds empty, and a folder that goes at the end. */
export function surroundings(): { readonly instance: TestInstance; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  let instance: TestInstance;
  beforeAll(async () => {
    instance = await startInstance();
  });
  afterAll(async () => {
    await instance.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => instance.clear());
  return {
    get instance() {
      return instance;
    },
    folder,
  };
}
