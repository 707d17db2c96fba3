import { RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AttributeType,
  type GlobalSecondaryIndexPropsV2,
  type ITable,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { Effect, Grant, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { consoleHost } from "../../adapters/aws/endpoint";
import type { TableIndex } from "../../adapters/tables/row-kind";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";
import { tableShapes } from "../../features/row-kinds";
import { SetupError } from "../errors";
import type { GatehouseScope, TableDefaults } from "../gatehouse-scope";
import { allowKey, Encryption, keyAt } from "./encryption";
import { HOW_TO_HAND_IN } from "./secrets";
import { tableHandedIn } from "./table-options";

type Conditions = Readonly<Record<string, Record<string, unknown>>>;

type RowAction =
  | "BatchGetItem"
  | "BatchWriteItem"
  | "DeleteItem"
  | "GetItem"
  | "PartiQLDelete"
  | "PartiQLInsert"
  | "PartiQLUpdate"
  | "PutItem"
  | "Query"
  | "Scan"
  | "UpdateItem";

/** A table that outlives the stack and has point-in-time recovery, or the table that the options hand in. */
export class RetainedTable extends Construct {
  /** The CDK's table, for additions by an app. */
  readonly table: ITableV2;
  private readonly variable: string;
  /** Grants of rows under prefixes, by function and actions. */
  private readonly grantsUnder = new Map<string, { readonly statement: PolicyStatement; readonly patterns: string[] }>();

  constructor(scope: Construct, id: string, gatehouse: GatehouseScope, name: AnyTableName) {
    super(scope, id);
    const handedTable = gatehouse.tableDefaults.handedIn[name];
    this.variable = tables[name].variable;
    this.table = handedTable === undefined ? this.make(name, gatehouse.tableDefaults) : this.take(name, handedTable);
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** Lets a function perform only these actions on the table, and passes it the table's name. */
  grantRows(lambda: LambdaFunction, ...actions: readonly RowAction[]): void {
    this.allow(lambda, actions, [this.table.tableArn]);
  }

  /** @internal */
  grantDescribe(lambda: LambdaFunction): void {
    lambda.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:DescribeTable"], resources: [this.table.tableArn] }));
  }

  /** Lets a function query these indexes, and passes it the table's name. */
  grantQuery(lambda: LambdaFunction, ...indexes: readonly { readonly name: string }[]): void {
    this.allow(lambda, ["Query"], indexes.map(this.arnOf));
  }

  /** @internal */
  grantScan(lambda: LambdaFunction, index: { readonly name: string }): void {
    this.allow(lambda, ["Scan"], [this.arnOf(index)]);
  }

  private readonly arnOf = ({ name }: { readonly name: string }) => `${this.table.tableArn}/index/${name}`;

  /** Lets a function perform these actions only on rows whose keys begin with these prefixes. */
  grantRowsUnder(lambda: LambdaFunction, under: string | readonly string[], ...actions: readonly RowAction[]): void {
    const patterns = [under].flat().map((prefix) => `${prefix}*`);
    const { principalStatements } = this.allow(lambda, actions, [this.table.tableArn], {
      ...matchKeys(patterns),
      // This condition refuses a request that names no key. Such a request would meet the condition above.
      Null: { "dynamodb:LeadingKeys": "false" },
    });
    const [statement] = principalStatements;
    if (statement !== undefined) this.grantsUnder.set(`${lambda.node.path} ${actions.join()}`, { statement, patterns });
  }

  /** Like `grantRowsUnder`, in one statement with the last such grant of the same actions: a role's policy has limited room. @internal */
  grantRowsAlsoUnder(lambda: LambdaFunction, prefix: string, ...actions: readonly RowAction[]): void {
    const grant = this.grantsUnder.get(`${lambda.node.path} ${actions.join()}`);
    if (grant === undefined) {
      this.grantRowsUnder(lambda, prefix, ...actions);
      return;
    }
    grant.patterns.push(`${prefix}*`);
    grant.statement.addConditions(matchKeys(grant.patterns));
  }

  /** Denies a function these actions on rows whose keys begin with these prefixes, even if another statement allows them. @internal */
  denyRowsUnder(lambda: LambdaFunction, prefixes: readonly string[], ...actions: readonly RowAction[]): void {
    lambda.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [this.table.tableArn],
        conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": prefixes.map((prefix) => `${prefix}*`) } },
      }),
    );
  }

  /** Lets a function update only these attributes of rows. @internal */
  grantCells(lambda: LambdaFunction, attributes: readonly string[]): void {
    this.allow(lambda, ["UpdateItem"], [this.table.tableArn], {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": attributes },
      // This condition refuses a request that names no attribute. Such a request would meet the condition above.
      Null: { "dynamodb:Attributes": "false" },
    });
  }

  /** The address of the table's rows in the console of AWS. Undefined in regions whose console address AWS does not publish. */
  get consoleUrl(): string | undefined {
    const { region } = Stack.of(this);
    const host = consoleHost(region);
    return host && `https://${host}/dynamodbv2/home?region=${region}#item-explorer?table=${this.tableName}`;
  }

  private make(name: AnyTableName, { replicas, deletionProtection, mayMake }: TableDefaults): ITableV2 {
    if (!mayMake) {
      throw new SetupError(`standby needs the copies of the other region's tables, and tables.${name} is missing. ${HOW_TO_HAND_IN}`);
    }
    const { ages, indexes } = tableShapes[name];
    const [partitionKey, sortKey] = tables[name].key;
    const encryption = Encryption.of(this);
    // The id "Default" adds nothing to the logical id.
    return new TableV2(this, "Default", {
      partitionKey: text(partitionKey),
      sortKey: sortKey === undefined ? undefined : text(sortKey),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection,
      // The table is removed only if the first deployment fails.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      // `replicas` needs a stream, which CloudFormation cannot make in the update that adds a region. An unread stream costs nothing.
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: ages ? EXPIRY_ATTRIBUTE : undefined,
      ...(indexes.length > 0 && { globalSecondaryIndexes: indexes.map(toIndexProps) }),
      encryption: encryption && TableEncryptionV2.customerManagedKey(encryption.key, { ...encryption.replicas }),
      ...(replicas.length > 0 && { replicas: replicas.map((region) => ({ region })) }),
    });
  }

  private take(name: AnyTableName, handedTable: string | ITable): ITableV2 {
    return TableV2.fromTableAttributes(this, "Default", tableHandedIn(this, name, handedTable, tableShapes[name].streamed));
  }

  private allow(lambda: LambdaFunction, actions: readonly RowAction[], resources: string[], conditions?: Conditions): Grant {
    const grant = this.grantTo(lambda, actions, resources, conditions);
    lambda.addEnvironment(this.variable, this.tableName);
    return grant;
  }

  /** Grants these actions, and the use of the table's key for them. @internal */
  grantTo(grantee: IGrantable, actions: readonly RowAction[], resourceArns: string[], conditions?: Conditions): Grant {
    const rows = Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns,
      conditions,
    });
    // The same rights on the key as the CDK's own grants.
    const writes = actions.some((action) => /^(BatchWrite|Delete|PartiQL|Put|Update)/.test(action));
    const key = this.table.encryptionKey ?? keyAt(this);
    if (key === undefined) return rows;
    const toWrite = writes ? (["Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"] as const) : [];
    return rows.combine(allowKey(grantee, key, "dynamodb", "Decrypt", "DescribeKey", ...toWrite));
  }
}

function matchKeys(patterns: readonly string[]): Conditions {
  return { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...patterns] } };
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

function toIndexProps({ name, partitionKey, sortKey, holds }: TableIndex): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: name,
    partitionKey: text(partitionKey),
    sortKey: sortKey === undefined ? undefined : text(sortKey),
    ...toProjection(holds),
  };
}

function toProjection(holds: TableIndex["holds"]): Pick<GlobalSecondaryIndexPropsV2, "projectionType" | "nonKeyAttributes"> {
  if (holds === "all") return { projectionType: ProjectionType.ALL };
  if (holds.length === 0) return { projectionType: ProjectionType.KEYS_ONLY };
  return { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...holds] };
}
