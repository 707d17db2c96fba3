import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { tables } from "../../adapters/tables/tables";
import { classNames } from "../../engine/access-list/entry";
import type { TableName } from "../../engine/sign-up/verdict";
import type { Decisions } from "../events/decisions";
import type { Network } from "../network/outgoing-address";
import { type PolicyStep, usesOf } from "../policy-folder/policy-folder";
import { sourceFile } from "../resources/bundle";
import { bundleHash, type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";

export interface SignUpStepProps {
  readonly step: PolicyStep;
  readonly tables: Readonly<Record<TableName, ITable>>;
  readonly decisions: Decisions;
  /** Secrets that rules declare, by the name they give them. */
  readonly secrets: ReadonlyMap<string, ISecret>;
  readonly defaults: FunctionDefaults;
  /** Where the function runs if a rule of the step calls a system outside. */
  readonly network: Network | undefined;
}

/** Above the longest deadline a policy can set, below the 20 s that Entra waits. */
const TIMEOUT = Duration.seconds(19);

/** What a rule may do with a table it names. */
const actions = { read: ["dynamodb:BatchGetItem"], write: ["dynamodb:PutItem", "dynamodb:UpdateItem"] } as const;

/** The function of one step. It may touch what the rules of its policy file declare, and nothing else. */
export class SignUpStep extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: SignUpStepProps) {
    super(scope, id);
    const { step, file } = props.step;
    const uses = usesOf(props.step);
    const tableUses = uses.filter((use) => "table" in use);
    const secretNames = new Set(uses.flatMap((use) => ("secret" in use ? [use.secret] : [])));
    const secrets = [...secretNames].map((name) => [name, props.secrets.get(name) as ISecret] as const);
    const data = uses.flatMap((use) => ("data" in use ? [use.data] : []));

    this.function = gatehouseFunction(this, "Function", {
      ...props.defaults,
      description: `Decides on sign-ups at the step ${step}`,
      entry: sourceFile("lambda", step),
      aliases: { [`#policy/${step}`]: file },
      define: Object.fromEntries(
        classNames.map((name) => [
          `process.env.GATEHOUSE_DATA_${name.toUpperCase()}`,
          JSON.stringify(data.includes(name) ? "present" : "absent"),
        ]),
      ),
      environment: {
        ...Object.fromEntries(tableUses.map(({ table }) => [tables[table].variable, props.tables[table].tableName])),
        ...(secrets.length > 0 && {
          [environment.secrets]: JSON.stringify(Object.fromEntries(secrets.map(([name, secret]) => [name, secret.secretArn]))),
        }),
      },
      timeout: TIMEOUT,
      network: asksOutside(props.step) ? props.network : undefined,
    });
    this.function.addEnvironment(environment.policyVersion, bundleHash(this.function));
    props.decisions.grantKeep(this.function);
    // Not by grant(), which would add every index: a rule reads by key.
    for (const { table, access } of tableUses) {
      this.function.addToRolePolicy(new PolicyStatement({ actions: [...actions[access]], resources: [props.tables[table].tableArn] }));
    }
    for (const [, secret] of secrets) secret.grantRead(this.function);
  }
}

/** Whether a rule of the step, shadowed or not, calls a system outside. */
export function asksOutside(step: PolicyStep): boolean {
  return usesOf(step).some((use) => "service" in use);
}
