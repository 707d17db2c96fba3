import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { type IEventBus, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterRule } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { approvalIndexes } from "../../adapters/tables/approvals";
import { sourceFile } from "../resources/bundle";
import { filledInSecret } from "../resources/filled-in-secret";
import { type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";
import { readChanges } from "../resources/table-stream";

export interface ApprovalsProps {
  /** The table of requests. */
  readonly table: Table;
  /** Where others hear of them. */
  readonly bus: IEventBus;
  /** Whether an approval leads to an account through Graph. */
  readonly provisions: boolean;
  readonly defaults: FunctionDefaults;
}

/** Above the longest that one account takes, and below its lease. */
const PROVISIONING_TIMEOUT = Duration.seconds(60);
/** Made side by side by one invocation. */
const PROVISIONING_BATCH = 10;
/** What the stream gave up by then, sweeper finds. */
const PROVISIONING_RETRIES = 5;
const SWEEPER_EVERY = Duration.minutes(5);
/** Over before the next begins. */
const SWEEPER_TIMEOUT = Duration.minutes(4);

/** Where people sign in: an example. */
export const REDIRECT_URL = "https://myapplications.microsoft.com/?tenantid=11111111-1111-1111-1111-111111111111";
/** What making accounts needs, with examples. */
const shape = {
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "example",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: REDIRECT_URL,
  invitationMail: "true",
};

/** What follows a person's request: others hear of it, it ends in time, and an approved person gets an account. */
export class Approvals extends Construct {
  readonly publisher: LambdaFunction;
  readonly sweeper: LambdaFunction;
  readonly provisioning: LambdaFunction | undefined;

  constructor(scope: Construct, id: string, { table, bus, provisions, defaults }: ApprovalsProps) {
    super(scope, id);
    const settings = provisions ? this.makeSettings() : undefined;
    this.publisher = this.makePublisher(table, bus, defaults);
    this.sweeper = this.makeSweeper(table, settings, defaults);
    if (settings !== undefined) this.provisioning = this.makeProvisioning(table, settings, defaults);
  }

  /** Those whose crashes ring. */
  get functions(): readonly LambdaFunction[] {
    return [this.publisher, this.sweeper, ...(this.provisioning === undefined ? [] : [this.provisioning])];
  }

  /** To be filled in by hand. */
  private makeSettings(): Secret {
    const settings = filledInSecret(this, "Settings", { description: "Gatehouse: how accounts are made", shape });
    new CfnOutput(Stack.of(this), "ApprovalsSecret", {
      value: settings.secretArn,
      description: "The secret that says how accounts are made, to be filled in as docs/approvals.md says",
    });
    return settings;
  }

  private makePublisher(table: Table, bus: IEventBus, defaults: FunctionDefaults): LambdaFunction {
    const publisher = gatehouseFunction(this, "Publisher", {
      ...defaults,
      description: "Publishes what happens to requests as events",
      entry: sourceFile("lambda", "approval-publisher"),
      environment: { [environment.eventBus]: bus.eventBusName },
      timeout: Duration.seconds(30),
    });
    bus.grantPutEventsTo(publisher);
    readChanges(publisher, table);
    return publisher;
  }

  private makeSweeper(table: Table, settings: Secret | undefined, defaults: FunctionDefaults): LambdaFunction {
    const sweeper = gatehouseFunction(this, "Sweeper", {
      ...defaults,
      description: "Ends requests in time, tries again to make accounts, forgets what finished requests hold",
      entry: sourceFile("lambda", "approval-sweeper"),
      environment: variablesOf(table, settings),
      timeout: SWEEPER_TIMEOUT,
    });
    grantChanges(sweeper, table);
    const index = `${table.tableArn}/index/${approvalIndexes.state.name}`;
    sweeper.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:Query"], resources: [index] }));
    settings?.grantRead(sweeper);
    new Rule(this, "Schedule", {
      description: "Starts the sweeper of Gatehouse's requests",
      schedule: Schedule.rate(SWEEPER_EVERY),
      targets: [new FunctionTarget(sweeper)],
    });
    return sweeper;
  }

  private makeProvisioning(table: Table, settings: Secret, defaults: FunctionDefaults): LambdaFunction {
    const provisioning = gatehouseFunction(this, "Provisioning", {
      ...defaults,
      description: "Makes the accounts of approved people through Microsoft Graph",
      entry: sourceFile("lambda", "provisioning"),
      environment: variablesOf(table, settings),
      timeout: PROVISIONING_TIMEOUT,
    });
    grantChanges(provisioning, table);
    settings.grantRead(provisioning);
    readChanges(provisioning, table, {
      batchSize: PROVISIONING_BATCH,
      bisectBatchOnError: true,
      retryAttempts: PROVISIONING_RETRIES,
      // One that was given back for a later try is sweeper's.
      newImage: { state: { S: ["approved"] }, onApproval: { S: ["provision"] }, retryAt: { S: FilterRule.notExists() } },
    });
    return provisioning;
  }
}

function variablesOf(table: Table, settings: Secret | undefined): Readonly<Record<string, string>> {
  return {
    [environment.approvalsTable]: table.tableName,
    ...(settings && { [environment.approvalsSecret]: settings.secretArn }),
  };
}

/** Not by grant(), which would add every index: a request is read and written by its key. */
function grantChanges(lambda: LambdaFunction, table: Table): void {
  lambda.addToRolePolicy(new PolicyStatement({ actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem"], resources: [table.tableArn] }));
}
