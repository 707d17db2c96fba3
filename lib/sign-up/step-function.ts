import type { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Use } from "../../engine/sign-up/rule";
import type { TableName } from "../../engine/sign-up/verdict";
import type { FunctionDefaults, GatehouseScope } from "../gatehouse-scope";
import type { Network } from "../network/network";
import { answeringRules, type PolicyStep, usesOfRules } from "../policy-folder/policy-folder";
import { bundleHash, gatehouseFunction } from "../resources/gatehouse-function";
import { grantGraphOfRules } from "../resources/graph-role";
import type { RetainedTable } from "../resources/retained-table";
import { grantReading } from "../resources/secrets";
import type { GateRecords } from "./records";
import { markServedPolicy, stepBundle } from "./step-bundle";

export interface StepFunctionProps extends SignUpStepProps {
  /** The file in `lambda/`. */
  readonly entry: string;
  readonly description: string;
  readonly timeout: Duration;
}

/** The function may use only what the step's rules declare. */
export function stepFunction(scope: Construct, gatehouse: GatehouseScope, props: StepFunctionProps): LambdaFunction {
  const { functionDefaults, answeringDefaults } = gatehouse;
  const uses = usesOfRules(answeringRules(props.step));
  const lambda = gatehouseFunction(scope, "Function", {
    ...functionDefaults,
    ...stepBundle(props.step, props.entry),
    description: props.description,
    timeout: props.timeout,
    reservedConcurrency: answeringDefaults.reservedConcurrency,
    network: networkFor(uses, props.network, functionDefaults),
  });
  lambda.addEnvironment(environment.policyVersion, bundleHash(lambda));
  if (props.gate !== DEFAULT_GATE) lambda.addEnvironment(environment.gate, props.gate);
  if (props.nextHasPeopleWait) lambda.addEnvironment(environment.nextHasPeopleWait, "true");
  const { listAttributes = [] } = props;
  if (listAttributes.length > 0) lambda.addEnvironment(environment.listAttributes, listAttributes.join(","));
  props.records.grantKeep(lambda, props.step.step);
  grantUses(lambda, uses, props);
  grantGraphOfRules(lambda, gatehouse, uses, true);
  markServedPolicy(lambda, props.step, props.entry);
  return lambda;
}

interface Grantable {
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  /** The secrets, by the rules' names for them. */
  readonly secrets: ReadonlyMap<string, ISecret>;
}

/** Grants the resources that rules declare, and nothing else. */
export function grantUses(lambda: LambdaFunction, uses: readonly Use[], { tables, secrets }: Grantable): void {
  for (const use of uses) if ("table" in use && use.access === "read") tables[use.table].grantRows(lambda, "BatchGetItem");
  grantWrites(lambda, uses, tables);
  const names = [...new Set(uses.flatMap((use) => ("secret" in use ? [use.secret] : [])))];
  if (names.length === 0) return;
  const grantedSecrets = names.map((name) => [name, secrets.get(name) as ISecret] as const);
  for (const [, secret] of grantedSecrets) grantReading(lambda, secret);
  lambda.addEnvironment(
    environment.secrets,
    JSON.stringify(Object.fromEntries(grantedSecrets.map(([name, { secretArn }]) => [name, secretArn]))),
  );
}

/**
 * Lets a function write, by one statement a table, because a role's policy has little room. If all rules that write to a table declare
 * `under`, allows only rows with these prefixes.
 */
function grantWrites(lambda: LambdaFunction, uses: readonly Use[], tables: Grantable["tables"]): void {
  const writes = uses.filter((use) => "table" in use && use.access === "write") as readonly Extract<Use, { readonly table: TableName }>[];
  for (const table of new Set(writes.map((use) => use.table))) {
    const kinds = writes.filter((use) => use.table === table).map(({ under }) => under);
    const all = new Set(kinds.flatMap((under) => under ?? []));
    if (kinds.includes(undefined)) tables[table].grantRows(lambda, "PutItem", "UpdateItem");
    else tables[table].grantRowsUnder(lambda, [...all], "PutItem", "UpdateItem");
  }
}

export function callsService(uses: readonly Use[]): boolean {
  return uses.some((use) => "service" in use);
}

/**
 * Returns `fixedNetwork`, if there is one, for a function that calls a service. Otherwise returns the network of the option `network`, if
 * it is set.
 */
export function networkFor(uses: readonly Use[], fixedNetwork: Network | undefined, { network }: FunctionDefaults): Network | undefined {
  return (callsService(uses) ? fixedNetwork : undefined) ?? network;
}

export interface SignUpStepProps extends Grantable {
  readonly step: PolicyStep;
  readonly gate: string;
  /** The attribute that holds a person's address in place of `email`. It is set if an external tenant calls. */
  readonly addressAttribute?: string | undefined;
  /** Undefined if the tenant's attributes are unknown. */
  readonly listAttributes?: readonly string[] | undefined;
  /** True at after-sign-in if before-create-user makes the same people wait for approval. */
  readonly nextHasPeopleWait: boolean;
  readonly records: GateRecords;
  /** The network with the fixed address. It is used only by functions whose rules call an outside system. */
  readonly network: Network | undefined;
}
