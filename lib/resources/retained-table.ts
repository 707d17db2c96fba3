import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, type StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";

export interface RetainedTableProps {
  readonly table: AnyTableName;
  /**
   * What its stream carries.
   * @default it has none
   */
  readonly stream?: StreamViewType;
  /**
   * Whether rows name a moment after which DynamoDB may remove them.
   * @default false
   */
  readonly ages?: boolean;
}

/** What a function may do with rows. */
export type RowAction = "BatchGetItem" | "DeleteItem" | "GetItem" | "PutItem" | "Query" | "Scan" | "UpdateItem";

/** A table as all of ours are: it costs nothing idle, can be brought back to any second of 35 days, and outlives the stack. */
export class RetainedTable extends Table {
  private readonly variable: string;

  constructor(scope: Construct, id: string, { table, stream, ages = false }: RetainedTableProps) {
    const { key, variable } = tables[table];
    const [partitionKey, sortKey] = key;
    super(scope, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(stream !== undefined && { stream }),
      ...(ages && { timeToLiveAttribute: EXPIRY_ATTRIBUTE }),
    });
    this.variable = variable;
  }

  /** Lets a function do just this with the table, and tells it the table's name. Not by grant(), which would add every index. */
  grantRows(lambda: LambdaFunction, ...actions: readonly RowAction[]): void {
    this.allow(lambda, actions, [this.tableArn]);
  }

  /** Lets a function ask these indexes, and tells it the table's name. */
  grantQuery(lambda: LambdaFunction, ...indexes: readonly { readonly name: string }[]): void {
    this.allow(
      lambda,
      ["Query"],
      indexes.map(({ name }) => `${this.tableArn}/index/${name}`),
    );
  }

  /** Lets a function do this with rows whose keys begin so, and no others. */
  grantRowsUnder(lambda: LambdaFunction, prefix: string, ...actions: readonly RowAction[]): void {
    this.allow(lambda, actions, [this.tableArn], {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${prefix}*`] },
      // Without it the line above holds for calls that name no key.
      Null: { "dynamodb:LeadingKeys": "false" },
    });
  }

  /** The table's page in the AWS console. */
  get consoleUrl(): string {
    const { region } = Stack.of(this);
    return `https://${region}.console.aws.amazon.com/dynamodbv2/home?region=${region}#item-explorer?table=${this.tableName}`;
  }

  private allow(lambda: LambdaFunction, actions: readonly RowAction[], resources: string[], conditions?: Record<string, object>): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources, conditions }));
    lambda.addEnvironment(this.variable, this.tableName);
  }
}
