import { Duration } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import type { TableName } from "../../engine/sign-up/verdict";
import type { Decisions } from "../events/decisions";
import type { GatehouseScope } from "../gatehouse-scope";
import type { Network } from "../network/outgoing-address";
import { dataDefines } from "../policy-folder/bundled-data";
import { type PolicyStep, usesOf } from "../policy-folder/policy-folder";
import { sourceFile } from "../resources/bundle";
import { bundleHash, gatehouseFunction } from "../resources/gatehouse-function";
import type { RetainedTable } from "../resources/retained-table";

export interface SignUpStepProps {
  readonly step: PolicyStep;
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  readonly decisions: Decisions;
  /** Secrets that rules declare, by the name they give them. */
  readonly secrets: ReadonlyMap<string, ISecret>;
  /** Where the function runs if a rule of the step calls a system outside. */
  readonly network: Network | undefined;
}

/** Above the longest deadline a policy can set, below the 20 s that Entra waits. */
const TIMEOUT = Duration.seconds(19);

/** What a rule may do with a table it names. */
const actions = { read: ["BatchGetItem"], write: ["PutItem", "UpdateItem"] } as const;

/** The function of one step. It may touch what the rules of its policy file declare, and nothing else. */
export class SignUpStep extends Construct {
  readonly function: LambdaFunction;
  /** Where Entra calls it, without a slash: the step's name. */
  readonly path: string;

  constructor(gatehouse: GatehouseScope, id: string, props: SignUpStepProps) {
    super(gatehouse, id);
    const { step, file } = props.step;
    this.path = step;
    const uses = usesOf(props.step);
    this.function = gatehouseFunction(this, "Function", {
      ...gatehouse.functionDefaults,
      description: `Decides on sign-ups at the step ${step}`,
      entry: sourceFile("lambda", step),
      aliases: { [`#policy/${step}`]: file },
      define: dataDefines([props.step]),
      timeout: TIMEOUT,
      network: asksOutside(props.step) ? props.network : undefined,
    });
    this.function.addEnvironment(environment.policyVersion, bundleHash(this.function));
    props.decisions.grantKeep(this.function);
    for (const use of uses) if ("table" in use) props.tables[use.table].grantRows(this.function, ...actions[use.access]);
    const secretNames = new Set(uses.flatMap((use) => ("secret" in use ? [use.secret] : [])));
    this.grantPolicySecrets([...secretNames].map((name) => [name, props.secrets.get(name) as ISecret]));
  }

  private grantPolicySecrets(secrets: readonly (readonly [name: string, secret: ISecret])[]): void {
    if (secrets.length === 0) return;
    for (const [, secret] of secrets) secret.grantRead(this.function);
    const arns = Object.fromEntries(secrets.map(([name, { secretArn }]) => [name, secretArn]));
    this.function.addEnvironment(environment.secrets, JSON.stringify(arns));
  }
}

/** Whether a rule of the step, shadowed or not, calls a system outside. */
export function asksOutside(step: PolicyStep): boolean {
  return usesOf(step).some((use) => "service" in use);
}
