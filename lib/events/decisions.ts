import { Duration, Fn, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { AttributeType, ProjectionType, StreamViewType, type Table } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { decisionIndexes } from "../../adapters/tables/decisions";
import { sourceFile } from "../resources/bundle";
import { type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";
import { retainedTable } from "../resources/retained-table";
import { readChanges } from "../resources/table-stream";

export interface DecisionsProps {
  readonly defaults: FunctionDefaults;
  /** How long a decision is kept, in days. */
  readonly days: number;
}

/** What was decided: the table of records, and the bus on which other systems hear of each. */
export class Decisions extends Construct {
  readonly table: Table;
  readonly bus: EventBus;
  readonly publisher: LambdaFunction;
  private readonly days: number;
  private readonly pseudonymKey: Secret;

  constructor(scope: Construct, id: string, { defaults, days }: DecisionsProps) {
    super(scope, id);
    this.days = days;
    this.table = retainedTable(this, "Table", { table: "decisions", stream: StreamViewType.NEW_AND_OLD_IMAGES, ages: true });
    const { reference, email, day } = decisionIndexes;
    this.table.addGlobalSecondaryIndex({
      indexName: reference.name,
      partitionKey: { name: reference.partitionKey, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    for (const { name, partitionKey, sortKey } of [email, day]) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      });
    }
    this.bus = new EventBus(this, "Bus", { description: "What Gatehouse decided, for whoever wants to act on it" });
    this.publisher = this.makePublisher(defaults);
    this.pseudonymKey = new Secret(this, "PseudonymKey", {
      description: "Keys the hashes that stand for people in Gatehouse's logs",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.pseudonymKey).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "It opens nothing; a new key would only make older log lines unlinkable.",
    });
  }

  /** Lets a step's function find and keep records, and tells it how. */
  grantKeep(step: LambdaFunction): void {
    // The read that a step makes anyway also looks for the record of a repeated call; the write keeps this one. No index.
    step.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem"], resources: [this.table.tableArn] }));
    this.pseudonymKey.grantRead(step);
    step.addEnvironment(environment.callSalt, Fn.select(2, Fn.split("/", Stack.of(this).stackId)));
    step.addEnvironment(environment.decisionsTable, this.table.tableName);
    step.addEnvironment(environment.decisionDays, String(this.days));
    step.addEnvironment(environment.pseudonymSecret, this.pseudonymKey.secretArn);
  }

  private makePublisher(defaults: FunctionDefaults): LambdaFunction {
    const publisher = gatehouseFunction(this, "Publisher", {
      ...defaults,
      description: "Publishes decisions as events",
      entry: sourceFile("lambda", "decision-publisher"),
      environment: { [environment.eventBus]: this.bus.eventBusName },
      timeout: Duration.seconds(30),
    });
    // Its one bus and nothing else.
    this.bus.grantPutEventsTo(publisher);
    readChanges(publisher, this.table);
    return publisher;
  }
}
