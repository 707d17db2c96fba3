import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { environment } from "../../adapters/aws/environment";
import type { Use } from "../../engine/sign-up/rule";
import type { TableName } from "../../engine/sign-up/verdict";
import type { RetainedTable } from "../resources/retained-table";
import { grantReading } from "../resources/secrets";

/** What rules may be given. */
export interface Grantable {
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  /** Secrets that rules declare, by the name they give them. */
  readonly secrets: ReadonlyMap<string, ISecret>;
}

/** What a rule may do with a table it names. */
const actions = { read: ["BatchGetItem"], write: ["PutItem", "UpdateItem"] } as const;

/** Lets a function touch what rules declare, and nothing else. */
export function grantUses(lambda: LambdaFunction, uses: readonly Use[], { tables, secrets }: Grantable): void {
  for (const use of uses) if ("table" in use) tables[use.table].grantRows(lambda, ...actions[use.access]);
  const names = [...new Set(uses.flatMap((use) => ("secret" in use ? [use.secret] : [])))];
  if (names.length === 0) return;
  const granted = names.map((name) => [name, secrets.get(name) as ISecret] as const);
  for (const [, secret] of granted) grantReading(lambda, secret);
  lambda.addEnvironment(environment.secrets, JSON.stringify(Object.fromEntries(granted.map(([name, { secretArn }]) => [name, secretArn]))));
}

export function callsService(uses: readonly Use[]): boolean {
  return uses.some((use) => "service" in use);
}
