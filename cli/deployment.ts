import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { type AwsClient, awsClient, secretsManager } from "../adapters/aws/client";
import {
  ASKED_LISTS_OUTPUT,
  GATES_OUTPUT,
  gatePrefix,
  gatesOfStack,
  POLICY_VERSIONS_OUTPUT,
  parseStackName,
  pascalCase,
} from "../adapters/aws/deployment-name";
import { personHash } from "../adapters/aws/person-key";
import { type Rows, rows } from "../adapters/tables/rows";
import { type AnyTableName, tables } from "../adapters/tables/tables";
import { quoteShellWord } from "../engine/characters";
import { parseJsonObject } from "../engine/json";
import { DRILL_DOMAIN } from "../engine/sign-up/drill";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { PersonHashes } from "../engine/sign-up/person";
import type { RecordKey } from "../engine/sign-up/rule";
import { type Step, steps } from "../engine/sign-up/sign-up";
import type { TableName } from "../engine/sign-up/verdict";
import { appRoot } from "../lib/app-root";
import { createCredentials } from "../local/aws/access-key";
import { DEFAULT_DATA, type Instance, instancesElsewhere, readInstance } from "../local/data/instance";
import { accessFor, type CallerIdentity, callerIdentity, lazyTables, type SdkConfig, tokenIssuer } from "./aws/account";
import { fetchStack, type GraphRole, graphRoles } from "./aws/stack";
import type { DeploymentOptions } from "./command";
import { CommandError } from "./failure";
import { assertGate } from "./gates";

/** A Gatehouse that commands work on, in AWS or on this machine. */
export interface Deployment {
  readonly dynamodb: AwsClient;
  readonly secretsManager: AwsClient;
  readonly accessListTable: string;
  /** Throws if the stack is too old to store decisions. */
  readonly decisionsTable: string;
  /** Throws if the stack is too old to have this table. */
  readonly listChangesTable: string;
  /** Returns the AWS identity. If AWS does not return one, or under npm start, returns the user of this machine. */
  caller(): Promise<string>;
  /** Throws if the stack has no such table: no feature of the stack needs the table, or the stack is too old. */
  tableOf(table: TableName): string;
  readonly tables: Readonly<Partial<Record<AnyTableName, string>>>;
  readonly auditArchive?: string;
  /** ARNs by the outputs' names. The secrets of rules are under `PolicySecrets/NAME`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly place: DeploymentPlace;
  /** `default` first. */
  readonly gates: readonly string[];
  /** The secret of the command's gate. */
  readonly credentialsSecret: string;
  /** Rejects if the stack is too old to have the key of the hashes. */
  hashes(): Promise<PersonHashes>;
  readonly steps: readonly Step[];
  /** Returns the API's path of a step at the command's gate: "before-create-user", "suppliers/before-create-user". */
  pathOf(step: Step): string;
  urlOf(step: Step): string;
  /** The place that the external tenant calls. Undefined if no external tenant calls the command's gate. */
  readonly extension?: ExtensionPlace;
  /** ARNs by the names in the policy's rules. Absent if unknown. */
  readonly policySecrets?: Readonly<Record<string, string>>;
  /** The ARN of the secret for mail in npm start. */
  readonly mailSecret?: string | undefined;
  /** Empty if the functions sign in to Graph with credentials in secrets. */
  graphRoles(): Promise<readonly GraphRole[]>;
  /** Undefined while outbound federation is off in the account. Rejects with AWS's error if AWS refuses. */
  tokenIssuer(): Promise<string | undefined>;
  /** Addresses of stand-ins, by the name of the outside system that each replaces. Absent if the real systems are called. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** JSON that describes the access-list rules of each gate's policy. Undefined if unknown. */
  readonly askedLists?: string | undefined;
  /** The unnamed gate's policy folder, if known. */
  readonly policy?: string;
  /** Undefined if the versions are unknown. */
  readonly policyVersions?: PolicyVersions | undefined;
  /** Returns the commit of a policy version. Undefined if the commit is unknown. */
  commitBehind?(policyVersion: string): Promise<string | undefined>;
  /** A sign-up with an address of this domain is a drill, and is refused. Throws if the stack is too old to have such a domain. */
  readonly drillDomain: string;
}

type PolicyVersions = Readonly<Partial<Record<Step, string>>>;

export interface DeploymentPlace {
  /** The value of --stack. */
  readonly stack: string;
  readonly region: string;
  readonly account: string;
}

/** The addresses at which an external tenant's custom authentication extensions call a gate. */
interface ExtensionPlace {
  /** The audience of Entra's token: `api://HOST/CLIENT-ID`. */
  readonly identifierUri: string;
  /** @param route Entra's event in the path */
  urlOf(route: string): string;
}

/** If a table does not exist, reads find no rows in it. */
export function createDeploymentRows(deployment: Deployment): Rows {
  const all = rows(deployment.dynamodb, deployment.tableOf);
  const there = (keys: readonly RecordKey[] = []) => keys.filter(({ table }) => deployment.tables[table] !== undefined);
  return { ...all, read: (keys, signal, optional) => all.read(there(keys), signal, there(optional)) };
}

export async function deploymentFor(options: DeploymentOptions): Promise<Deployment> {
  return options.local ? localPlace(options) : await deployedPlace(options);
}

/**
 * Milliseconds for one attempt of a call under npm start: longer than for AWS. A late answer on this machine only means that the machine is
 * busy. If a write succeeds late, a retry would find the row changed.
 */
const LOCAL_ATTEMPT_MS = 60_000;

function localPlace({ data, gate }: DeploymentOptions): Deployment {
  const instance = localInstance({ data });
  const gates = [DEFAULT_GATE, ...Object.keys(instance.gates ?? {})];
  assertGate({ gate }, gates);
  const { apiUrl, credentialsSecret, steps } = instance.gates?.[gate ?? DEFAULT_GATE] ?? instance;
  const { extension } = instance;
  const { region } = instance.aws;
  const credentials = createCredentials(instance.aws);
  const options = { region, credentials, attemptTimeoutMs: LOCAL_ATTEMPT_MS };
  const secrets = awsClient(secretsManager, { ...options, endpoint: instance.secretsEndpoint });
  return {
    dynamodb: lazyTables({ ...options, endpoint: instance.dynamodbEndpoint }),
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
      ...prefixPolicySecrets(instance.policySecrets),
    },
    place: { stack: "npm start", region, account: "" },
    gates,
    credentialsSecret,
    hashes: personHash(secrets, instance.personKeySecret),
    steps,
    pathOf: pathAt(gate),
    urlOf: (step) => `${apiUrl}/${step}`,
    ...(extension && {
      extension: {
        identifierUri: `api://${new URL(extension.url).host}/${extension.audience}`,
        urlOf: (route: string) => `${extension.url}/${gate === undefined || gate === DEFAULT_GATE ? "" : `${gate}/`}${route}`,
      },
    }),
    policySecrets: instance.policySecrets,
    mailSecret: instance.mailSecret,
    endpoints: instance.endpoints,
    policy: instance.policy,
    askedLists: instance.askedLists,
    drillDomain: DRILL_DOMAIN,
    graphRoles: async () => instance.graphRoles ?? [],
    tokenIssuer: async () => instance.tokenIssuer,
  };
}

function requireTable(stack: string, table: TableName, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new CommandError(`The stack ${stack} has no table ${table}: no rule or option that is deployed needs one.`);
}

/** AWS responds, but the stack does not exist. */
export class NoStackError extends CommandError {}

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:/;

async function deployedPlace(options: DeploymentOptions): Promise<Deployment> {
  const access = await accessFor(options);
  const { region } = access;
  const stack = await fetchStack(access, options.stack);
  if (stack === undefined) {
    throw new NoStackError(`There is no stack ${parseStackName(options.stack)} in ${region}: see --stack, --region and --profile.`);
  }
  const maybe = stack.output;
  const output = (name: string) => {
    const value = maybe(name);
    if (value !== undefined) return value;
    throw new CommandError(
      `The stack ${options.stack} in ${region} is not a Gatehouse, or is an older one that has to be deployed again: it has no output ${name}.`,
    );
  };
  const { gate = DEFAULT_GATE } = options;
  const gates = gatesOfStack(maybe(GATES_OUTPUT));
  assertGate({ gate }, gates);
  const prefix = gatePrefix(gate);
  const secretsOutput = maybe("PolicySecrets");
  const policySecrets = secretsOutput === undefined ? undefined : (JSON.parse(secretsOutput) as Record<string, string>);
  const identifierUri = maybe("ExtensionIdentifierUri");
  const archive = maybe("AuditArchiveUrl");
  const secrets = access.secretsManager;
  return {
    dynamodb: access.tables,
    secretsManager: secrets,
    accessListTable: output("AccessListTable"),
    get decisionsTable() {
      return output("DecisionsTable");
    },
    get listChangesTable() {
      return output(tables.listChanges.output);
    },
    caller: () => awsCaller(access.sdk),
    tableOf: (table) => requireTable(options.stack, table, maybe(tables[table].output)),
    tables: Object.fromEntries(
      Object.entries(tables).flatMap(([name, { output: key }]) => {
        const deployedName = maybe(key);
        return deployedName === undefined ? [] : [[name, deployedName]];
      }),
    ),
    auditArchive: archive?.replace("s3://", ""),
    secrets: {
      ...Object.fromEntries(Object.entries(stack.outputs).filter(([, value]) => SECRET_ARN.test(value))),
      ...prefixPolicySecrets(policySecrets),
    },
    place: { stack: options.stack, region, account: stack.id.split(":")[4] ?? "" },
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
    askedLists: maybe(ASKED_LISTS_OUTPUT),
    policyVersions: parseJsonObject(maybe(`${prefix}${POLICY_VERSIONS_OUTPUT}`) ?? ""),
    commitBehind: stack.commitBehind,
    graphRoles: () => graphRoles(stack),
    tokenIssuer: () => tokenIssuer(access),
    policySecrets,
  };
}

function pathAt(gate: string = DEFAULT_GATE): Deployment["pathOf"] {
  return (step) => (gate === DEFAULT_GATE ? step : `${gate}/${step}`);
}

function prefixPolicySecrets(secrets: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).map(([name, arn]) => [`PolicySecrets/${name}`, arn]));
}

const stepOutputs: Readonly<Record<Step, string>> = {
  "after-sign-in": "AfterSignInUrl",
  "before-create-user": "BeforeCreateUserUrl",
  "before-sending-token": "BeforeSendingTokenUrl",
};

/** Throws CommandError if there is no running npm start, or more than one. */
export function localInstance(options: { readonly data?: string }, home?: string): Instance {
  const instance = findInstance(options, home);
  if (instance !== undefined) return instance;
  const where = options.data === undefined ? "" : ` on the data folder ${options.data}`;
  throw new CommandError(`No npm start is running${where}: start one in another terminal and repeat the command.`);
}

/**
 * Finds the npm start that uses the named data folder or, without a name, the default folder. If the default folder has none, finds the
 * only npm start elsewhere. If there are several elsewhere, throws CommandError.
 * @param home the default folder
 */
export function findInstance({ data }: { readonly data?: string }, home: string = DEFAULT_DATA): Instance | undefined {
  if (data !== undefined) return readInstance(resolve(appRoot, data));
  const current = readInstance(home);
  if (current !== undefined) return current;
  const [only, ...more] = instancesElsewhere(home);
  if (only === undefined || more.length === 0) return only;
  const choices = [only, ...more].map((each) => `  --local --data ${quoteShellWord(each.data)}  ${each.apiUrl}`);
  throw new CommandError([`${choices.length} npm starts are running. Say which one you mean:`, ...choices].join("\n"));
}

const TIMEOUT_MS = 5_000;

export function userHere(): string {
  return `${userName()}@${hostname()}`;
}

/** In some containers the user has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

async function awsCaller(sdk: SdkConfig): Promise<string> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const { arn = userHere() }: CallerIdentity = await callerIdentity(sdk, limit).catch(() => ({}));
  return arn;
}
