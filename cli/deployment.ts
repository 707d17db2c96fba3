import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { type AwsClient, awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { GATES_OUTPUT, gatePrefix, gatesOfStack, POLICY_VERSIONS_OUTPUT, pascalCase } from "../adapters/aws/deployment-name";
import { personHash } from "../adapters/aws/person-key";
import { type Rows, rows } from "../adapters/tables/rows";
import { type AnyTableName, tables } from "../adapters/tables/tables";
import { DRILL_DOMAIN } from "../engine/sign-up/drill";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { PersonHashes } from "../engine/sign-up/person";
import type { RecordKey } from "../engine/sign-up/rule";
import { type Step, steps } from "../engine/sign-up/sign-up";
import type { TableName } from "../engine/sign-up/verdict";
import { appRoot } from "../lib/app-root";
import { credentialsOf } from "../local/aws/access-key";
import { DEFAULT_DATA, type Instance, instancesElsewhere, readInstance } from "../local/data/instance";
import { quoted } from "../local/terminal/quoted";
import { type CallerIdentity, callerIdentity } from "./aws/caller-identity";
import { type SdkConfig, sdkConfig } from "./aws/sdk-config";
import { deployedStack } from "./aws/stack-outputs";
import type { DeploymentOptions } from "./command";
import { CommandError } from "./failure";
import { assertGate } from "./gates";
import { proxyAgent } from "./proxy";

/** A Gatehouse that commands work on, in AWS or on this machine. */
export interface Deployment {
  readonly dynamodb: AwsClient;
  readonly secretsManager: AwsClient;
  readonly accessListTable: string;
  /** Asked for, it throws where a stack is too old to keep decisions. */
  readonly decisionsTable: string;
  /** The change sets of the access list. Asked for, it throws where a stack is too old to have them. */
  readonly listChangesTable: string;
  /** The person at work: the AWS identity where it is known, else the user of this machine. */
  caller(): Promise<string>;
  /** The deployed name of any table; throws where the stack has none, as nothing in it needs one. */
  tableOf(table: TableName): string;
  /** The deployed names of all tables that it has. */
  readonly tables: Readonly<Partial<Record<AnyTableName, string>>>;
  /** The bucket of the audit trail's archive; absent where there is none. */
  readonly auditArchive?: string;
  /** ARNs of the secrets that it tells of, by the names of its outputs; those of rules as `PolicySecrets/NAME`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Distinguishes it from all other deployments. */
  readonly place: DeploymentPlace;
  /** The gates that it has, `default` first: one, unless the app names more. */
  readonly gates: readonly string[];
  /** Of the gate asked for. */
  readonly credentialsSecret: string;
  /** The hashes that stand for people in the tables. Rejects if a stack is too old to have their key. */
  hashes(): Promise<PersonHashes>;
  /** The steps that it serves at the gate asked for. */
  readonly steps: readonly Step[];
  /** A step's path at that gate, as the API has it: "before-create-user", "suppliers/before-create-user". */
  pathOf(step: Step): string;
  /** The address that Entra's connector of a step calls. */
  urlOf(step: Step): string;
  /** Undefined where no external tenant calls it. */
  readonly extension?: ExtensionPlace;
  /** ARNs of the policy's own secrets, by the names that rules give them; absent where the deployment does not tell. */
  readonly policySecrets?: Readonly<Record<string, string>>;
  /** Stand-ins for systems outside, by name; absent where the systems themselves are asked. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** The unnamed gate's policy folder, where it is known. */
  readonly policy?: string;
  /** The builds of the policy that decide at the gate asked for; undefined where the deployment does not tell. */
  readonly policyVersions?: PolicyVersions | undefined;
  /** The domain of addresses whose sign-ups it refuses as drills. Asked for, it throws where a stack is too old to know any. */
  readonly drillDomain: string;
}

/** A step's POLICY_VERSION, of each step that there is. */
type PolicyVersions = Readonly<Partial<Record<Step, string>>>;

/** Where a deployment is. */
export interface DeploymentPlace {
  /** As --stack names it. */
  readonly stack: string;
  readonly region: string;
  readonly account: string;
}

/** Where an external tenant's custom authentication extensions call a gate. */
interface ExtensionPlace {
  /** The audience of Entra's token: `api://HOST/CLIENT-ID`. */
  readonly identifierUri: string;
  /** @param route what Entra calls the event */
  urlOf(route: string): string;
}

/** Reads and writes rows of any table of a deployment. In a table that it does not have there is no row. */
export function rowsOf(deployment: Deployment): Rows {
  const all = rows(deployment.dynamodb, deployment.tableOf);
  const there = (keys: readonly RecordKey[] = []) => keys.filter(({ table }) => deployment.tables[table] !== undefined);
  return { ...all, read: (keys, signal, optional) => all.read(there(keys), signal, there(optional)) };
}

export async function deploymentFor(options: DeploymentOptions): Promise<Deployment> {
  return options.local ? localPlace(options) : await deployedPlace(options);
}

function localPlace({ data, gate }: DeploymentOptions): Deployment {
  const instance = localInstance({ data });
  const gates = [DEFAULT_GATE, ...Object.keys(instance.gates ?? {})];
  assertGate({ gate }, gates);
  const { apiUrl, credentialsSecret, steps } = instance.gates?.[gate ?? DEFAULT_GATE] ?? instance;
  const { region } = instance.aws;
  const credentials = credentialsOf(instance.aws);
  const secrets = awsClient(secretsManager, { region, credentials, endpoint: instance.secretsEndpoint });
  return {
    dynamodb: awsClient(dynamodb, { region, credentials, endpoint: instance.dynamodbEndpoint }),
    secretsManager: secrets,
    accessListTable: instance.tables.accessList,
    decisionsTable: instance.tables.decisions,
    listChangesTable: instance.tables.listChanges,
    caller: async () => userHere(),
    tableOf: (table) => instance.tables[table],
    tables: instance.tables,
    secrets: {
      CredentialsSecret: instance.credentialsSecret,
      ...Object.fromEntries(
        Object.entries(instance.gates ?? {}).map(([name, each]) => [`${gatePrefix(name)}CredentialsSecret`, each.credentialsSecret]),
      ),
      PersonKeySecret: instance.personKeySecret,
      ...ofPolicy(instance.policySecrets),
    },
    place: { stack: "npm start", region, account: "" },
    gates,
    credentialsSecret,
    hashes: personHash(secrets, instance.personKeySecret),
    steps,
    pathOf: pathAt(gate),
    urlOf: (step) => `${apiUrl}/${step}`,
    extension: {
      identifierUri: `api://${new URL(instance.extension.url).host}/${instance.extension.audience}`,
      urlOf: (route) => `${instance.extension.url}/${gate === undefined || gate === DEFAULT_GATE ? "" : `${gate}/`}${route}`,
    },
    policySecrets: instance.policySecrets,
    endpoints: instance.endpoints,
    policy: instance.policy,
    drillDomain: DRILL_DOMAIN,
  };
}

function tableNamed(stack: string, table: TableName, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new CommandError(`The stack ${stack} has no table ${table}: no rule or option that is deployed needs one.`);
}

async function deployedPlace(options: DeploymentOptions): Promise<Deployment> {
  const { region, credentials, output, maybe, secrets: outputSecrets, account } = await deployedStack(options);
  const { gate = DEFAULT_GATE } = options;
  const gates = gatesOfStack(maybe(GATES_OUTPUT));
  assertGate({ gate }, gates);
  const prefix = gatePrefix(gate);
  const listed = maybe("PolicySecrets");
  const policySecrets = listed === undefined ? undefined : (JSON.parse(listed) as Record<string, string>);
  const identifierUri = maybe("ExtensionIdentifierUri");
  const archive = maybe("AuditArchiveUrl");
  const access = { region, credentials, agent: proxyAgent() };
  const secrets = awsClient(secretsManager, access);
  return {
    dynamodb: awsClient(dynamodb, access),
    secretsManager: secrets,
    accessListTable: output("AccessListTable"),
    get decisionsTable() {
      return output("DecisionsTable");
    },
    get listChangesTable() {
      return output(tables.listChanges.output);
    },
    caller: () => awsCaller(access),
    tableOf: (table) => tableNamed(options.stack, table, maybe(tables[table].output)),
    tables: Object.fromEntries(
      Object.entries(tables).flatMap(([name, { output: key }]) => {
        const deployed = maybe(key);
        return deployed === undefined ? [] : [[name, deployed]];
      }),
    ),
    ...(archive !== undefined && { auditArchive: archive.replace("s3://", "") }),
    secrets: { ...outputSecrets, ...ofPolicy(policySecrets) },
    place: { stack: options.stack, region, account },
    get drillDomain() {
      return output("DrillDomain");
    },
    gates,
    credentialsSecret: output(`${prefix}CredentialsSecret`),
    hashes: async () => await personHash(secrets, output("PersonKeySecret"))(),
    steps: steps.filter((step) => maybe(`${prefix}${stepOutputs[step]}`) !== undefined),
    pathOf: pathAt(gate),
    urlOf: (step) => output(`${prefix}${stepOutputs[step]}`),
    ...(identifierUri !== undefined && {
      extension: { identifierUri, urlOf: (route: string) => output(`${prefix}${pascalCase(route)}Url`) },
    }),
    policyVersions: versionsIn(maybe(`${prefix}${POLICY_VERSIONS_OUTPUT}`)),
    ...(policySecrets !== undefined && { policySecrets }),
  };
}

/** Reads the output that only Gatehouse writes; undefined for any other value. */
function versionsIn(output: string | undefined): PolicyVersions | undefined {
  try {
    const versions: unknown = JSON.parse(output ?? "null");
    return typeof versions === "object" && versions !== null ? versions : undefined;
  } catch {
    return undefined;
  }
}

function pathAt(gate: string = DEFAULT_GATE): Deployment["pathOf"] {
  return (step) => (gate === DEFAULT_GATE ? step : `${gate}/${step}`);
}

function ofPolicy(secrets: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).map(([name, arn]) => [`PolicySecrets/${name}`, arn]));
}

/** The outputs that name a connector's address. */
const stepOutputs: Readonly<Record<Step, string>> = {
  "after-sign-in": "AfterSignInUrl",
  "before-create-user": "BeforeCreateUserUrl",
  "before-sending-token": "BeforeSendingTokenUrl",
};

/** The start that a command with `--local` works on. Throws CommandError where there is none, or a choice to make. */
export function localInstance(options: { readonly data?: string }, home?: string): Instance {
  const instance = findInstance(options, home);
  if (instance !== undefined) return instance;
  const where = options.data === undefined ? "" : ` on the data folder ${options.data}`;
  throw new CommandError(`No npm start is running${where}: start one in another terminal and repeat the command.`);
}

/**
 * The start on that data folder; without one, that on the default folder, or else the only one. Throws CommandError where
 * there are several. @param home the default folder
 */
export function findInstance({ data }: { readonly data?: string }, home: string = DEFAULT_DATA): Instance | undefined {
  if (data !== undefined) return readInstance(resolve(appRoot, data));
  const current = readInstance(home);
  if (current !== undefined) return current;
  const [only, ...more] = instancesElsewhere(home);
  if (only === undefined || more.length === 0) return only;
  const choices = [only, ...more].map((each) => `  --local --data ${quoted(each.data)}  ${each.apiUrl}`);
  throw new CommandError([`${choices.length} npm starts are running. Say which one you mean:`, ...choices].join("\n"));
}

/** A list is not kept waiting for longer to learn who changes it. */
const TIMEOUT_MS = 5_000;

/** The user of this machine: `kim@laptop`. */
export function userHere(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run as a user that the machine has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

/** The ARN of the AWS identity that calls; where AWS does not say, the user of this machine. */
async function awsCaller(access: Pick<SdkConfig, "region" | "credentials">): Promise<string> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const { arn = userHere() }: CallerIdentity = await callerIdentity(sdkConfig(access), limit).catch(() => ({}));
  return arn;
}
