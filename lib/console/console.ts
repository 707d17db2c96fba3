import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { CfnRoute, HttpApi, HttpStage, LogGroupLogDestination, PayloadFormatVersion } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { type CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { approvalIndexes } from "../../adapters/tables/approvals";
import { decisionIndexes } from "../../adapters/tables/decisions";
import { classNames } from "../../engine/access-list/entry";
import { steps } from "../../engine/sign-up/sign-up";
import { type Alarms, PERIOD } from "../operations/alarms";
import { type PolicyStep, usesOf } from "../policy-folder/policy-folder";
import { sourceFile } from "../resources/bundle";
import { type FunctionDefaults, gatehouseFunction } from "../resources/gatehouse-function";
import { retainedTable } from "../resources/retained-table";
import { SECRET_SHAPE } from "../resources/secret-shape";

/** The Entra application that operators sign in to. Neither is secret. */
export interface ConsoleOptions {
  /** The tenant's id (a GUID) or its domain, `contoso.onmicrosoft.com`. Not `common` and the like: those let other tenants' accounts in. */
  readonly tenantId: string;
  /** The application's (client) id. */
  readonly clientId: string;
  /**
   * Where the tenant signs in: another one in a national cloud.
   * @default "https://login.microsoftonline.com"
   */
  readonly authority?: string;
  /**
   * Requests a second; twice as many at once.
   * @default 20
   */
  readonly rateLimit?: number;
}

export interface ConsoleProps extends ConsoleOptions {
  readonly defaults: FunctionDefaults;
  readonly alarms: Alarms;
  readonly policy: readonly PolicyStep[];
  readonly accessList: Table;
  readonly decisions: Table;
  readonly approvals: Table;
  readonly profiles: Table;
  readonly referenceData: Table;
  readonly ledger: Table;
}

const DEFAULT_AUTHORITY = "https://login.microsoftonline.com";
const DEFAULT_RATE_LIMIT = 20;
const SESSION_KEY_LENGTH = 64;
/** Entra's names for tenants of all kinds. Roles are given by each tenant to its own accounts, so any of them could make itself an Administrator. */
const MANY_TENANTS: readonly string[] = ["common", "organizations", "consumers"];

/** The operators' web pages: an HTTP API, function and permissions of their own. */
export class Console extends Construct {
  readonly function: LambdaFunction;
  readonly api: HttpApi;
  /** What operators changed, kept for good. */
  readonly audit: Table;
  /** JSON with clientSecret: to be filled in once. */
  readonly clientSecret: Secret;

  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id);
    assertOneTenant(props.tenantId);
    this.audit = retainedTable(this, "Audit", { table: "audit" });
    this.clientSecret = this.makeClientSecret();
    const sessionKey = new Secret(this, "SessionKey", {
      description: "Keys the cookies of Gatehouse's console; a new value signs everybody out",
      generateSecretString: { passwordLength: SESSION_KEY_LENGTH, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(sessionKey).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "A new value ends every session: rotated when somebody wants that, not by the calendar.",
    });
    this.function = this.makeFunction(props, sessionKey);
    this.grant(props, sessionKey);
    this.api = this.makeApi(props);
    props.alarms.alarm("ConsoleErrors", {
      // Pages that say so, and what the gateway answers where the function crashed.
      metric: this.api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
      threshold: 1,
      what: "A page of the console could not be shown, or a change not be made.",
    });
  }

  private makeClientSecret(): Secret {
    const secret = new Secret(this, "ClientSecret", {
      description: "Gatehouse console: JSON with clientSecret, the Entra application's client secret",
      removalPolicy: RemovalPolicy.RETAIN,
    });
    (secret.node.defaultChild as CfnSecret).addMetadata(SECRET_SHAPE, { clientSecret: "the client secret's value" });
    Validations.of(secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "Entra holds the other copy; its owner rotates it there and here.",
    });
    return secret;
  }

  private makeFunction(props: ConsoleProps, sessionKey: Secret): LambdaFunction {
    const { authority = DEFAULT_AUTHORITY, tenantId, clientId, policy } = props;
    const data = policy.flatMap(usesOf).flatMap((use) => ("data" in use ? [use.data] : []));
    return gatehouseFunction(this, "Function", {
      ...props.defaults,
      description: "The operators' web pages",
      entry: sourceFile("lambda", "console"),
      // "What would happen to …" asks the steps' own rules.
      aliases: Object.fromEntries(
        steps.map((step) => [
          `#policy/${step}`,
          policy.find((each) => each.step === step)?.file ?? sourceFile("console", "app", "no-step"),
        ]),
      ),
      define: Object.fromEntries(
        classNames.map((name) => [
          `process.env.GATEHOUSE_DATA_${name.toUpperCase()}`,
          JSON.stringify(data.includes(name) ? "present" : "absent"),
        ]),
      ),
      environment: {
        [environment.accessListTable]: props.accessList.tableName,
        [environment.decisionsTable]: props.decisions.tableName,
        [environment.approvalsTable]: props.approvals.tableName,
        [environment.profilesTable]: props.profiles.tableName,
        [environment.referenceDataTable]: props.referenceData.tableName,
        [environment.ledgerTable]: props.ledger.tableName,
        [environment.auditTable]: this.audit.tableName,
        [environment.consoleIssuer]: `${authority}/${tenantId}/v2.0`,
        [environment.consoleClientId]: clientId,
        [environment.consoleClientSecret]: this.clientSecret.secretArn,
        [environment.consoleSessionKey]: sessionKey.secretArn,
      },
      timeout: Duration.seconds(29),
    });
  }

  /** What the pages do, table by table: no more. */
  private grant({ accessList, decisions, approvals, profiles, referenceData, ledger }: ConsoleProps, sessionKey: Secret): void {
    const allow = (actions: readonly string[], ...resources: string[]) =>
      this.function.addToRolePolicy(new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources }));
    allow(["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Scan"], accessList.tableArn);
    allow(["GetItem"], decisions.tableArn);
    allow(["Query"], ...Object.values(decisionIndexes).map(({ name }) => `${decisions.tableArn}/index/${name}`));
    allow(["BatchGetItem", "PutItem"], approvals.tableArn);
    allow(["Query"], ...Object.values(approvalIndexes).map(({ name }) => `${approvals.tableArn}/index/${name}`));
    allow(["DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem"], profiles.tableArn);
    allow(["DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"], referenceData.tableArn);
    allow(["BatchGetItem", "DeleteItem", "GetItem"], ledger.tableArn);
    // Sessions that somebody signed out of; what codes have been used up it cannot write.
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ["dynamodb:PutItem"],
        resources: [ledger.tableArn],
        conditions: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["console-session/*"] },
          // Without it the line above holds for calls that name no key.
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      }),
    );
    allow(["PutItem", "Query"], this.audit.tableArn);
    this.clientSecret.grantRead(this.function);
    sessionKey.grantRead(this.function);
  }

  private makeApi({ defaults, rateLimit = DEFAULT_RATE_LIMIT }: ConsoleProps): HttpApi {
    const api = new HttpApi(this, "Api", {
      description: "Gatehouse's console for operators",
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration("Pages", this.function, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 }),
    });
    const accessLog = new LogGroup(this, "AccessLog", { retention: defaults.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    new HttpStage(this, "Stage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit, burstLimit: rateLimit * 2 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
    for (const route of api.node.findAll().filter((each) => each instanceof CfnRoute)) {
      Validations.of(route).acknowledge({
        id: "AwsSolutions-APIG4",
        reason: "The function itself checks the session of every page: an authorizer cannot send people to Entra's sign-in.",
      });
    }
    return api;
  }
}

function assertOneTenant(tenantId: string): void {
  if (!MANY_TENANTS.includes(tenantId.trim().toLowerCase())) return;
  throw new Error(
    `console.tenantId is "${tenantId}", which lets accounts of other tenants in; it must be one tenant's id or domain, such as "contoso.onmicrosoft.com".`,
  );
}

/** Neither path nor query: both may hold somebody's address. */
const accessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  status: "$context.status",
  ip: "$context.identity.sourceIp",
  latencyMs: "$context.responseLatency",
  bytes: "$context.responseLength",
  integrationError: "$context.integrationErrorMessage",
};
