import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, type StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";

export interface KeptTableProps {
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

/** A table as all of ours are: it costs nothing idle, can be brought back to any second of 35 days, and outlives the stack. */
export function retainedTable(scope: Construct, id: string, { table, stream, ages = false }: KeptTableProps): Table {
  const [partitionKey, sortKey] = tables[table].key;
  return new Table(scope, id, {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(stream !== undefined && { stream }),
    ...(ages && { timeToLiveAttribute: EXPIRY_ATTRIBUTE }),
  });
}

/** The table's page in the AWS console. */
export function consoleUrlOf(table: Table): string {
  const { region } = Stack.of(table);
  return `https://${region}.console.aws.amazon.com/dynamodbv2/home?region=${region}#item-explorer?table=${table.tableName}`;
}
