import { execFileSync } from "node:child_process";
import { Stack } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import {
  buildOutputKey,
  COMMIT_METADATA,
  type DeployedCommit,
  formatGateSuffix,
  GATES_OUTPUT,
  gateOption,
  gatePrefix,
  POLICY_VERSIONS_OUTPUT,
  pascalCase,
} from "../adapters/aws/deployment-name";
import { type AnyTableName, tables } from "../adapters/tables/tables";
import { DRILL_DOMAIN } from "../engine/sign-up/drill";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { GateScope } from "./feature";
import { bundleHash } from "./resources/gatehouse-function";
import type { Credentials } from "./sign-up/credentials";

const contents: Readonly<Record<AnyTableName, string>> = {
  accessList: "the access list's table",
  decisions: "the table of decisions",
  profiles: "the profiles' table",
  referenceData: "the table of permitted values",
  ledger: "the table of what has been used up",
  approvals: "the table of requests to be let in",
  accounts: "the table of accounts of people who were let in",
  listChanges: "the table of what was changed in the access list",
  audit: "the table of who changed what",
};

/** Adds the outputs of shared resources. Each part adds its own. @param secrets secrets of rules, by the rules' names for them */
export function addOutputs(gatehouse: GateScope, secrets: ReadonlyMap<string, ISecret>): void {
  const { gateCredentials, records } = gatehouse;
  for (const [gate, credentials] of gateCredentials) addGateOutputs(gatehouse, gate, credentials);
  const namedGates = [...gateCredentials.keys()].filter((gate) => gate !== DEFAULT_GATE);
  if (namedGates.length > 0) gatehouse.addOutput(GATES_OUTPUT, namedGates.join(","), "The gates that have a name");
  for (const [name, what] of Object.entries(contents) as [AnyTableName, string][])
    gatehouse.whenMade(name, ({ tableName }) => gatehouse.addOutput(tables[name].output, tableName, `Name of ${what}`));
  addConsoleOutput(gatehouse, "AccessListConsole", "accessList", "The access list");
  addConsoleOutput(gatehouse, "ProfilesConsole", "profiles", "What is known of people before they sign up,");
  addConsoleOutput(gatehouse, "ReferenceDataConsole", "referenceData", "Permitted values,");
  records.whenHeard(({ eventBusName }) => gatehouse.addOutput("EventBus", eventBusName, "The bus on which every decision is an event"));
  if (secrets.size > 0) {
    const arns = Object.fromEntries([...secrets].map(([name, { secretArn }]) => [name, secretArn]));
    gatehouse.addOutput("PolicySecrets", Stack.of(gatehouse).toJsonString(arns), "The secrets that the policy's rules declare");
  }
  gatehouse.addOutput("DrillDomain", DRILL_DOMAIN, "A sign-up with an address of this domain is refused: npm run gate -- smoke");
  gatehouse.addOutput("PersonKeySecret", records.personKey.secretArn, "The secret that keys the hashes of people");
}

function addConsoleOutput(gatehouse: GateScope, name: string, table: AnyTableName, what: string): void {
  gatehouse.whenMade(table, ({ consoleUrl }) => {
    if (consoleUrl !== undefined) gatehouse.addOutput(name, consoleUrl, `${what} in the DynamoDB console`);
  });
}

function addGateOutputs(gatehouse: GateScope, gate: string, { secret }: Credentials): void {
  const { steps, apiUrl } = gatehouse;
  const prefix = gatePrefix(gate);
  const words = formatGateSuffix(gate);
  const gateSteps = steps.filter((each) => each.gate === gate);
  for (const { path, step } of gateSteps) {
    const url = `${apiUrl}${path}`;
    gatehouse.addOutput(`${prefix}${pascalCase(step)}Url`, url, `Endpoint URL of the API connector for the step ${step}${words}`);
  }
  const versions = Object.fromEntries(gateSteps.map((step) => [step.step, bundleHash(step.function)]));
  gatehouse.addOutput(`${prefix}${POLICY_VERSIONS_OUTPUT}`, JSON.stringify(versions), `The build of each step's policy${words}`);
  const about = `The secret with the connectors' user name and password${words}`;
  gatehouse.addOutput(`${prefix}CredentialsSecret`, secret.secretArn, about);
  const { region } = Stack.of(gatehouse);
  const command = `npm run gate -- entra credentials show${gateOption(gate)} --stack ${gatehouse.name} --region ${region}`;
  gatehouse.addOutput(`${prefix}CredentialsCommand`, command, `Shows the user name and password${words}`);
}

const commitsByFolder = new Map<string, string | undefined>();

/**
 * Returns the folder's commit, such as "3f2a1c0… and uncommitted changes". Undefined outside a git repository, or if git is not installed.
 */
export function findCommit(folder: string): string | undefined {
  if (!commitsByFolder.has(folder)) commitsByFolder.set(folder, readCommit(folder));
  return commitsByFolder.get(folder);
}

function readCommit(folder: string): string | undefined {
  const git = (...words: readonly string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "HEAD");
    return git("status", "--porcelain", "--", ".") === "" ? commit : `${commit} and uncommitted changes`;
  } catch {
    return undefined;
  }
}

/**
 * Adds the commit to the template's metadata, not to a resource. If only this metadata changes, CloudFormation deploys nothing.
 * @param folder the app's folder
 */
export function noteCommit(gatehouse: GateScope, folder: string): void {
  const commit = findCommit(folder);
  if (commit === undefined) return;
  const { templateOptions } = Stack.of(gatehouse);
  const note: DeployedCommit = { commit, policyVersions: gatehouse.steps.map((step) => bundleHash(step.function)) };
  templateOptions.metadata = { ...templateOptions.metadata, [buildOutputKey(gatehouse.name, COMMIT_METADATA)]: note };
}
