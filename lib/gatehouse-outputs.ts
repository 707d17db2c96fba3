import { Stack } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { GATES_OUTPUT, gatePrefix, POLICY_VERSIONS_OUTPUT, pascalCase } from "../adapters/aws/deployment-name";
import { tableNames, tables } from "../adapters/tables/tables";
import { DRILL_DOMAIN } from "../engine/sign-up/drill";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { TableName } from "../engine/sign-up/verdict";
import type { Decisions } from "./decisions/decisions";
import type { GatehouseScope } from "./gatehouse-scope";
import { bundleHash } from "./resources/gatehouse-function";
import type { RetainedTable } from "./resources/retained-table";
import type { Credentials } from "./sign-up/credentials";
import { gateOption, ofGate } from "./sign-up/gate-words";
import type { SignUpStep } from "./sign-up/sign-up-step";

/** What the stack's outputs tell of. */
interface OutputParts {
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  readonly decisions: Decisions;
  readonly secrets: ReadonlyMap<string, ISecret>;
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  readonly steps: readonly SignUpStep[];
  /** The API's public address, with a slash at the end. */
  readonly apiUrl: string;
}

const contents: Readonly<Record<TableName, string>> = {
  accessList: "the access list's table",
  decisions: "the table of decisions",
  profiles: "the profiles' table",
  referenceData: "the table of permitted values",
  ledger: "the table of what has been used up",
  approvals: "the table of requests to be let in",
};

/** Outputs of what several parts have in common; each part adds its own. */
export function addOutputs(gatehouse: GatehouseScope, parts: OutputParts): void {
  const { gateCredentials, secrets, decisions } = parts;
  for (const [gate, credentials] of gateCredentials) addGateOutputs(gatehouse, gate, credentials, parts);
  const named = [...gateCredentials.keys()].filter((gate) => gate !== DEFAULT_GATE);
  if (named.length > 0) gatehouse.addOutput(GATES_OUTPUT, named.join(","), "The gates that have a name");
  for (const name of tableNames) gatehouse.addOutput(tables[name].output, parts.tables[name].tableName, `Name of ${contents[name]}`);
  const { accessList, profiles, referenceData } = parts.tables;
  addConsoleOutput(gatehouse, "AccessListConsole", accessList, "The access list");
  addConsoleOutput(gatehouse, "ProfilesConsole", profiles, "What is known of people before they sign up,");
  addConsoleOutput(gatehouse, "ReferenceDataConsole", referenceData, "Permitted values,");
  gatehouse.addOutput("EventBus", gatehouse.bus.eventBusName, "The bus on which every decision is an event");
  if (secrets.size > 0) {
    const arns = Object.fromEntries([...secrets].map(([name, { secretArn }]) => [name, secretArn]));
    gatehouse.addOutput("PolicySecrets", Stack.of(gatehouse).toJsonString(arns), "The secrets that the policy's rules declare");
  }
  gatehouse.addOutput(
    "DrillDomain",
    DRILL_DOMAIN,
    "A sign-up with an address of this domain is refused: npx --no-install entra-gatehouse smoke",
  );
  gatehouse.addOutput("PersonKeySecret", decisions.personKey.secretArn, "The secret that keys the hashes of people");
}

function addConsoleOutput(gatehouse: GatehouseScope, name: string, { consoleUrl }: RetainedTable, what: string): void {
  if (consoleUrl !== undefined) gatehouse.addOutput(name, consoleUrl, `${what} in the DynamoDB console`);
}

function addGateOutputs(gatehouse: GatehouseScope, gate: string, { secret }: Credentials, { steps, apiUrl }: OutputParts): void {
  const prefix = gatePrefix(gate);
  const words = ofGate(gate);
  const own = steps.filter((each) => each.gate === gate);
  for (const { path, step } of own) {
    const url = `${apiUrl}${path}`;
    gatehouse.addOutput(`${prefix}${pascalCase(step)}Url`, url, `Endpoint URL of the API connector for the step ${step}${words}`);
  }
  const versions = Object.fromEntries(own.map((step) => [step.step, bundleHash(step.function)]));
  gatehouse.addOutput(`${prefix}${POLICY_VERSIONS_OUTPUT}`, JSON.stringify(versions), `The build of each step's policy${words}`);
  const about = `The secret with the connectors' user name and password${words}`;
  gatehouse.addOutput(`${prefix}CredentialsSecret`, secret.secretArn, about);
  const { region } = Stack.of(gatehouse);
  const command = `npx --no-install entra-gatehouse credentials show${gateOption(gate)} --stack ${gatehouse.name} --region ${region}`;
  gatehouse.addOutput(`${prefix}CredentialsCommand`, command, `Shows the user name and password${words}`);
}
