import { RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  AccessLogFormat,
  type ApiKeySourceType,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { ApiLogRole } from "../sign-up/api-log-role";
import { keyAt } from "./encryption";

export interface LoggedRestApiProps {
  readonly name: string;
  readonly description: string;
  /** Requests a second, for each method, whoever sends them. */
  readonly rateLimit: number;
  /** Requests at once, for each method. */
  readonly burstLimit: number;
  /**
   * What the access log holds of a request, beside what it holds for every API: no address, no claim, no credential.
   * @default nothing
   */
  readonly logFields?: Readonly<Record<string, string>>;
  /**
   * Whether the address that API Gateway gives is switched off.
   * @default false
   */
  readonly disableDefaultEndpoint?: boolean;
  /**
   * Where API Gateway finds the key by which it counts a caller's requests.
   * @default ApiKeySourceType.HEADER
   */
  readonly apiKeySourceType?: ApiKeySourceType;
  /** Why the gateway does not check requests itself. */
  readonly notValidatedBecause: string;
}

/** A REST API with an access log, and without execution logs, which may quote what people typed. */
export class LoggedRestApi extends RestApi {
  readonly accessLog: LogGroup;

  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, props: LoggedRestApiProps) {
    const { logRetention: retention, tracing } = gatehouse.functionDefaults;
    const accessLog = new LogGroup(scope, "AccessLog", { retention, encryptionKey: keyAt(scope), removalPolicy: RemovalPolicy.DESTROY });
    super(scope, id, {
      restApiName: props.name,
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      ...(props.disableDefaultEndpoint !== undefined && { disableExecuteApiEndpoint: props.disableDefaultEndpoint }),
      ...(props.apiKeySourceType !== undefined && { apiKeySourceType: props.apiKeySourceType }),
      cloudWatchRole: false,
      deployOptions: {
        stageName: "v1",
        throttlingRateLimit: props.rateLimit,
        throttlingBurstLimit: props.burstLimit,
        // Those of each method are paid for one by one; the alarms go by the API's own and by the access log.
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
    // The stack's own outputs name whole URLs.
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

/** Neither address, path nor body. */
const accessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.httpMethod $context.resourcePath",
  status: "$context.status",
  responseType: "$context.error.responseType",
  latencyMs: "$context.responseLatency",
  functionMs: "$context.integration.latency",
};
