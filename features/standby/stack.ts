import { Duration, Stack } from "aws-cdk-lib";
import { HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { CfnHealthCheck, CfnRecordSet } from "aws-cdk-lib/aws-route53";
import { Construct } from "constructs";
import type { StackFeature } from "../../lib/feature";
import type { GatehouseScope } from "../../lib/gatehouse-scope";
import type { DomainTarget } from "../../lib/resources/domain-options";
import { featureWorker } from "../../lib/resources/gatehouse-function";
import { LoggedHttpApi, STRANGERS_LIMIT } from "../../lib/resources/http-api";
import type { RetainedTable } from "../../lib/resources/retained-table";
import type { CustomDomainOptions, FailoverOptions } from "../../lib/sign-up/custom-domain";

export const stack: StackFeature<{ readonly customDomain?: CustomDomainOptions }, void> = {
  order: 27,
  name: "failover",
  servedLocally: ({ customDomain }) => (customDomain ? { customDomain: { ...customDomain, failover: undefined } } : {}),
  wanted: (_, { customDomain }) => customDomain?.failover !== undefined,
  build(scope, { customDomain }) {
    const { domain, tables } = scope;
    if (domain === undefined || customDomain?.failover === undefined) return;
    const { domainName, failover: failoverOptions } = customDomain;
    new Failover(scope, domain, "Failover", { ...failoverOptions, target: domain.target, domainName, accessList: tables.accessList });
  },
};

interface FailoverProps extends FailoverOptions {
  readonly target: DomainTarget;
  readonly domainName: string;
  readonly accessList: RetainedTable;
}

/**
 * Route 53 accepts no fewer than three regions. Each checker asks every 30 seconds, and the check fails after three consecutive failures.
 */
const CHECKERS = ["us-east-1", "eu-west-1", "ap-southeast-1"];
const EVERY_S = 30;
const FAILURES = 3;
/** Longer than `READ_LIMIT_MS`, the time limit of the function's read. */
const TIMEOUT = Duration.seconds(5);

/** The domain's record for this region and, in the primary region, the health check that Route 53 calls. */
class Failover extends Construct {
  constructor(
    private readonly gatehouse: GatehouseScope,
    scope: Construct,
    id: string,
    { target, domainName, accessList, hostedZoneId, record }: FailoverProps,
  ) {
    super(scope, id);
    const healthCheckId = record === "primary" ? this.makeCheck(accessList) : undefined;
    new CfnRecordSet(this, "Record", {
      name: domainName,
      type: "A",
      hostedZoneId,
      setIdentifier: `${gatehouse.name} ${record}`,
      failover: record.toUpperCase(),
      aliasTarget: { ...target },
      healthCheckId,
    });
  }

  /** The check has a URL of its own, because the gate's URL requires credentials or a client certificate. */
  private makeCheck(accessList: RetainedTable): string {
    const { region, urlSuffix } = Stack.of(this);
    const api = this.makeApi(accessList);
    const check = new CfnHealthCheck(this, "Check", {
      healthCheckConfig: {
        type: "HTTPS",
        fullyQualifiedDomainName: `${api.apiId}.execute-api.${region}.${urlSuffix}`,
        resourcePath: "/health",
        enableSni: true,
        regions: CHECKERS,
        requestInterval: EVERY_S,
        failureThreshold: FAILURES,
      },
      healthCheckTags: [{ key: "Name", value: this.gatehouse.name }],
    });
    this.gatehouse.addOutput("HealthCheck", check.attrHealthCheckId, "The health check by which Route 53 chooses the region");
    return check.attrHealthCheckId;
  }

  private makeApi(accessList: RetainedTable): LoggedHttpApi {
    const lambda = featureWorker(this.gatehouse, this, "Function", {
      description: "Reports to Route 53 whether this region can answer sign-ups",
      entry: "standby/health",
      timeout: TIMEOUT,
    });
    // Reads one row, as a sign-up does.
    accessList.grantRows(lambda, "BatchGetItem");
    const api = new LoggedHttpApi(this.gatehouse, this, "Api", {
      description: "Says whether Gatehouse's region is well",
      // Far above the rate of health checks, about one in two seconds: if they were throttled, Route 53 would send people elsewhere.
      ...STRANGERS_LIMIT,
      logFields: { requestId: "$context.requestId", status: "$context.status" },
    });
    api.addRoutes({ path: "/health", methods: [HttpMethod.GET], integration: new HttpLambdaIntegration("Health", lambda) });
    api.acknowledgeOpenRoutes(
      "Route 53's checkers carry no credentials; the answer is ok or not, and the stage limits how often it is asked for.",
    );
    return api;
  }
}
