import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AccessLogFormat,
  type ApiKeySourceType,
  CfnAccount,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { keyAt } from "./encryption";

export interface LoggedRestApiProps {
  readonly name: string;
  readonly description: string;
  /** Requests in one second for each method, from all callers together. */
  readonly rateLimit: number;
  /** Requests at the same moment, for each method. */
  readonly burstLimit: number;
  /** Fields of the access log in addition to those of every API. They must contain no address, claim or credential. @default nothing */
  readonly logFields?: Readonly<Record<string, string>>;
  /** True if API Gateway's own address is off. @default false */
  readonly disableDefaultEndpoint?: boolean;
  /** The source of the key by which API Gateway counts a caller's requests. @default ApiKeySourceType.HEADER */
  readonly apiKeySourceType?: ApiKeySourceType;
  readonly notValidatedBecause: string;
}

/** A REST API with an access log. It has no execution logs, because they may quote what people typed. */
export class LoggedRestApi extends RestApi {
  readonly accessLog: LogGroup;

  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, props: LoggedRestApiProps) {
    const { logRetention: retention, tracing } = gatehouse.functionDefaults;
    const accessLog = new LogGroup(scope, "AccessLog", { retention, encryptionKey: keyAt(scope), removalPolicy: RemovalPolicy.DESTROY });
    super(scope, id, {
      restApiName: props.name,
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      disableExecuteApiEndpoint: props.disableDefaultEndpoint,
      apiKeySourceType: props.apiKeySourceType,
      cloudWatchRole: false,
      deployOptions: {
        stageName: "v1",
        throttlingRateLimit: props.rateLimit,
        throttlingBurstLimit: props.burstLimit,
        // Metrics of single methods cost extra, and the alarms do not use them.
        metricsEnabled: false,
        tracingEnabled: tracing,
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify({ ...accessLogFields, ...props.logFields })),
      },
    });
    this.accessLog = accessLog;
    if (gatehouse.setsApiLogRole) this.deploymentStage.node.addDependency(ApiLogRole.of(this).account);
    // Removes the CDK's output of the API's address: the stack's own outputs contain whole URLs.
    this.node.tryRemoveChild("Endpoint");
    Validations.of(this).acknowledge({ id: "AwsSolutions-APIG2", reason: props.notValidatedBecause });
    if (!tracing) {
      const reason = "X-Ray is paid for by the trace, and an option: tracing.";
      Validations.of(this.deploymentStage).acknowledge({ id: "Serverless-APIGWXrayEnabled", reason });
    }
    Validations.of(this.deploymentStage).acknowledge(
      { id: "AwsSolutions-APIG3", reason: "WAF costs more than all the rest and is an option of the stack: waf." },
      { id: "AwsSolutions-APIG6", reason: "Execution logs may quote what people typed; the access log has what the alarms need." },
    );
  }
}

/** Access log of every REST API: no address and no body; the route in place of the path. */
const accessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.httpMethod $context.resourcePath",
  status: "$context.status",
  responseType: "$context.error.responseType",
  latencyMs: "$context.responseLatency",
  functionMs: "$context.integration.latency",
};

const ID = "ApiGatewayLogs";

/** The role that writes access logs. All REST APIs of the account in a region share it, so it stays when the stack is deleted. */
export class ApiLogRole extends Construct {
  readonly account: CfnAccount;

  static of(scope: Construct): ApiLogRole {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as ApiLogRole | undefined) ?? new ApiLogRole(stack);
  }

  private constructor(stack: Stack) {
    super(stack, ID);
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonAPIGatewayPushToCloudWatchLogs")],
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
      reason: "The account's one role for API Gateway logs; AWS's managed policy is the documented one for it.",
    });
    this.account = new CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    this.account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
