import { resolve } from "node:path";
import { type AwsClient, awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { personHash } from "../adapters/aws/person-key";
import { type Rows, rows } from "../adapters/tables/rows";
import { tables } from "../adapters/tables/tables";
import type { HashOf } from "../engine/sign-up/person";
import { type Step, steps } from "../engine/sign-up/sign-up";
import type { TableName } from "../engine/sign-up/verdict";
import { appRoot } from "../lib/app-root";
import { credentialsOf } from "../local/aws/access-key";
import { readInstance } from "../local/data/instance";
import type { DeploymentOptions } from "./command";
import { CommandError } from "./failure";
import { deployedStack } from "./stack-outputs";

/** A Gatehouse that commands work on, in AWS or on this machine. */
export interface Deployment {
  readonly dynamodb: AwsClient;
  readonly secretsManager: AwsClient;
  readonly accessListTable: string;
  /** Asked for, it throws where a stack is too old to keep decisions. */
  readonly decisionsTable: string;
  /** The deployed name of any table; throws where a stack is too old to have it. */
  tableOf(table: TableName): string;
  readonly credentialsSecret: string;
  /** The secret that keys the hashes of people. Asked for, it throws where a stack is too old to have it. */
  readonly personKeySecret: string;
  /** The hash under which people stand in the tables. */
  hash(): Promise<HashOf>;
  /** The steps that it serves. */
  readonly steps: readonly Step[];
  /** ARNs of the policy's own secrets, by the names that rules give them; absent where the deployment does not tell. */
  readonly policySecrets?: Readonly<Record<string, string>>;
  /** Stand-ins for systems outside, by name; absent where the systems themselves are asked. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Its policy folder, where it is known. */
  readonly policy?: string;
}

/** Reads and writes rows of any table of a deployment. */
export function rowsOf(deployment: Deployment): Rows {
  return rows(deployment.dynamodb, deployment.tableOf);
}

export async function deploymentFor(options: DeploymentOptions): Promise<Deployment> {
  return options.local ? localPlace(options.data) : await deployedPlace(options);
}

function localPlace(data: string | undefined): Deployment {
  const instance = readInstance(data === undefined ? undefined : resolve(appRoot, data));
  if (instance === undefined) {
    const where = data === undefined ? "" : ` on the data folder ${data}`;
    throw new CommandError(`No npm start is running${where}: start one in another terminal and repeat the command.`);
  }
  const { region } = instance.aws;
  const credentials = credentialsOf(instance.aws);
  const secrets = awsClient(secretsManager, { region, credentials, endpoint: instance.secretsEndpoint });
  return {
    dynamodb: awsClient(dynamodb, { region, credentials, endpoint: instance.dynamodbEndpoint }),
    secretsManager: secrets,
    accessListTable: instance.tables.accessList,
    decisionsTable: instance.tables.decisions,
    tableOf: (table) => instance.tables[table],
    credentialsSecret: instance.credentialsSecret,
    personKeySecret: instance.personKeySecret,
    hash: personHash(secrets, instance.personKeySecret),
    steps: instance.steps,
    policySecrets: instance.policySecrets,
    endpoints: instance.endpoints,
    policy: instance.policy,
  };
}

async function deployedPlace(options: DeploymentOptions): Promise<Deployment> {
  const { region, credentials, output, maybe } = await deployedStack(options);
  const policySecrets = maybe("PolicySecrets");
  const secrets = awsClient(secretsManager, { region, credentials });
  return {
    dynamodb: awsClient(dynamodb, { region, credentials }),
    secretsManager: secrets,
    accessListTable: output("AccessListTable"),
    get decisionsTable() {
      return output("DecisionsTable");
    },
    tableOf: (table) => output(tables[table].output),
    credentialsSecret: output("CredentialsSecret"),
    get personKeySecret() {
      return output("PersonKeySecret");
    },
    hash: async () => await personHash(secrets, output("PersonKeySecret"))(),
    steps: steps.filter((step) => maybe(stepOutputs[step]) !== undefined),
    ...(policySecrets !== undefined && { policySecrets: JSON.parse(policySecrets) as Record<string, string> }),
  };
}

/** The outputs that name a connector's address. */
const stepOutputs: Readonly<Record<Step, string>> = { "after-sign-in": "AfterSignInUrl", "before-create-user": "BeforeCreateUserUrl" };
