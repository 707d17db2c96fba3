import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, type IFunction, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { environment } from "../lambda/services/environment";
import { tables } from "../lambda/stores/tables";
import { type FunctionDefaults, gatehouseFunction } from "./bundle";

export interface AccessListProps {
  readonly defaults: FunctionDefaults;
  /** Classes of mail domains that the policy asks for. */
  readonly classes: readonly string[];
}

/** The operator's list: the table edited in the DynamoDB console, and the worker that keeps its spelling clean. */
export class AccessList extends Construct {
  readonly table: Table;
  readonly hygiene: IFunction;

  constructor(scope: Construct, id: string, { defaults, classes }: AccessListProps) {
    super(scope, id);
    this.table = new Table(this, "Table", {
      partitionKey: { name: tables.accessList.keyAttribute, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    const hygiene = gatehouseFunction(this, "Hygiene", {
      ...defaults,
      description: "Brings access list entries into their normalised spelling and flags what it cannot read",
      handler: "access-list-hygiene",
      environment: {
        [environment.accessListTable]: this.table.tableName,
        [environment.accessListClasses]: classes.join(","),
      },
      timeout: Duration.seconds(30),
    });
    // Reads the row as it stands, writes the new spelling, removes the old one.
    this.table.grant(hygiene, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem");
    hygiene.addEventSource(
      new DynamoEventSource(this.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        // Tried again for as long as the stream holds it, a day: a deny must not be lost in silence. The lag alarm rings.
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        filters: [FilterCriteria.filter({ eventName: FilterRule.or("INSERT", "MODIFY") })],
      }),
    );
    this.hygiene = hygiene;
    if (hygiene.role) {
      Validations.of(hygiene.role).acknowledge({
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "dynamodb:ListStreams, which an event source needs, takes no narrower resource.",
      });
    }
  }

  /** The table's page in the AWS console. */
  get consoleUrl(): string {
    const { region } = Stack.of(this);
    return `https://${region}.console.aws.amazon.com/dynamodbv2/home?region=${region}#item-explorer?table=${this.table.tableName}`;
  }
}
