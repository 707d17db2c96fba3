import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, type HttpRouteIntegration, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { keyAt } from "./encryption";

export interface LoggedHttpApiProps {
  readonly description: string;
  /** Requests a second, whoever sends them. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
  /** What the access log holds: no path, no query, no claim, no credential. */
  readonly logFields: Readonly<Record<string, string>>;
  /**
   * What answers where no route does.
   * @default 404
   */
  readonly defaultIntegration?: HttpRouteIntegration;
}

/** An HTTP API with an access log, at the root of its address. */
export class LoggedHttpApi extends HttpApi {
  readonly accessLog: LogGroup;

  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, props: LoggedHttpApiProps) {
    const { description, defaultIntegration, rateLimit, burstLimit, logFields } = props;
    super(scope, id, { description, createDefaultStage: false, ...(defaultIntegration && { defaultIntegration }) });
    const { logRetention: retention } = gatehouse.functionDefaults;
    this.accessLog = new LogGroup(scope, "AccessLog", { retention, encryptionKey: keyAt(scope), removalPolicy: RemovalPolicy.DESTROY });
    new HttpStage(scope, "Stage", {
      httpApi: this,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit, burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(logFields)),
      },
    });
  }
}
