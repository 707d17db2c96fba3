import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat, type IStage } from "aws-cdk-lib/aws-apigateway";
import {
  CfnApiMapping,
  CfnRoute,
  type CfnStage,
  DomainName,
  type DomainNameProps,
  HttpApi,
  type HttpMethod,
  type HttpRouteIntegration,
  HttpStage,
  type IStage as IHttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { type DomainCertificate, domainCertificate, type HostedZoneOption, makeAliasRecord } from "./domain-options";
import { keyAt } from "./encryption";
import { physicalName } from "./physical-name";

export interface LoggedHttpApiProps {
  readonly description: string;
  /** Requests in one second, from all callers together. */
  readonly rateLimit: number;
  /** Requests at the same moment. */
  readonly burstLimit: number;
  /** Fields of the access log, without path, query, claims or credentials. */
  readonly logFields: Readonly<Record<string, string>>;
  /** Answers calls that match no route. @default 404 */
  readonly defaultIntegration?: HttpRouteIntegration;
  /** True if API Gateway's own address is off. @default false */
  readonly disableExecuteApiEndpoint?: boolean;
}

/** Access log of the APIs that Entra calls: no address, path or body. */
export const callFields = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.routeKey",
  status: "$context.status",
  responseType: "$context.error.responseType",
};
export const latencyFields = { latencyMs: "$context.responseLatency", functionMs: "$context.integrationLatency" };

/** Access log of an API whose path or query may hold an address or a secret: no path, query or referring page. */
export const pathlessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  status: "$context.status",
  ip: "$context.identity.sourceIp",
  latencyMs: "$context.responseLatency",
} as const;

/** Limits of one route: requests in one second, and requests at the same moment. */
export interface RouteLimit {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/**
 * Limit of an API that strangers reach: a twentieth of an account's limit, so that sign-ups keep their share. The gateway counts everybody
 * together, so with a low limit, one client would lock out all others. The API's function limits each client further, or does little work
 * for a request.
 */
export const STRANGERS_LIMIT: RouteLimit = { rateLimit: 500, burstLimit: 1_000 };

/** An HTTP API with an access log. The stage adds no path to the API's address. */
export class LoggedHttpApi extends HttpApi {
  readonly accessLog: LogGroup;
  readonly stage: HttpStage;

  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, props: LoggedHttpApiProps) {
    const { description, defaultIntegration, disableExecuteApiEndpoint, rateLimit, burstLimit, logFields } = props;
    super(scope, id, {
      description,
      createDefaultStage: false,
      defaultIntegration,
      ...(disableExecuteApiEndpoint && { disableExecuteApiEndpoint }),
    });
    const { logRetention: retention } = gatehouse.functionDefaults;
    this.accessLog = new LogGroup(scope, "AccessLog", {
      // The account's policy for log delivery covers all names in `/aws/vendedlogs/`, but lists other log groups singly. With about fifty
      // of those, the policy is full: no HTTP API can be added.
      logGroupName: `/aws/vendedlogs/${physicalName(gatehouse, `${scope.node.id}-${scope.node.addr.slice(-8)}`)}`,
      retention,
      encryptionKey: keyAt(scope),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(scope, "Stage", {
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

  /** Records why the gateway checks no caller, for every route so far. With this reason, cdk-nag accepts the routes. @internal */
  acknowledgeOpenRoutes(reason: string): void {
    for (const route of this.node.findAll().filter((each) => each instanceof CfnRoute)) {
      Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason });
    }
  }

  /** Adds a route whose calls do not use up the limit of the other routes. @internal */
  addLimitedRoute(method: HttpMethod, path: string, integration: HttpRouteIntegration, { rateLimit, burstLimit }: RouteLimit): void {
    const routes = this.addRoutes({ path, methods: [method], integration });
    (this.stage.node.defaultChild as CfnStage).addPropertyOverride(`RouteSettings.${method} ${path}`, {
      ThrottlingRateLimit: rateLimit,
      ThrottlingBurstLimit: burstLimit,
    });
    // API Gateway refuses settings of a route that does not exist yet.
    this.stage.node.addDependency(...routes);
  }
}

/** A valid domain name of your own. */
export const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

export interface HttpApiDomainProps extends DomainCertificate {
  readonly api: LoggedHttpApi;
  readonly option: string;
  readonly domainName: string;
  readonly hostedZone?: HostedZoneOption | undefined;
  /** The output with the target for the domain's DNS record. */
  readonly output: string;
}

export class HttpApiDomain extends Construct {
  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, props: HttpApiDomainProps) {
    super(scope, id);
    const { api, domainName, hostedZone, option, output } = props;
    const name = nameStage(this, api.apiId, api.stage, { domainName, certificate: domainCertificate(this, option, props) });
    const target = { dnsName: name.regionalDomainName, hostedZoneId: name.regionalHostedZoneId };
    if (hostedZone !== undefined) makeAliasRecord(this, { domainName, hostedZone, target, option });
    gatehouse.addOutput(output, name.regionalDomainName, `What ${domainName} has to point at`);
  }
}

/**
 * Gives a stage a domain name, by the same resource types for REST and HTTP APIs. With different types, a change of the kind would make the
 * name a second time, which API Gateway refuses.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function nameStage(scope: Construct, apiId: string, stage: IStage | IHttpStage, props: DomainNameProps): DomainName {
  const name = new DomainName(scope, "Name", { ...props, securityPolicy: SecurityPolicy.TLS_1_2 });
  const mapping = new CfnApiMapping(scope, "Mapping", { apiId, stage: stage.stageName, domainName: name.name });
  mapping.node.addDependency(stage);
  return name;
}
