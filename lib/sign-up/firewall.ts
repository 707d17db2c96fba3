import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";

export interface FirewallProps {
  readonly stage: Stage;
}

/** Requests in five minutes from one address. Entra's calls come from few addresses, so it has to be high. */
const REQUESTS_PER_ADDRESS = 10_000;

/** A web ACL that stops floods and known bad addresses. It does not look into bodies: names and streets look odd to it. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stage }: FirewallProps) {
    super(scope, id);
    const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName });
    const acl = new CfnWebACL(this, "WebAcl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility("Gatehouse"),
      rules: [
        {
          name: "Flood",
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: "IP", limit: REQUESTS_PER_ADDRESS } },
          visibilityConfig: visibility("GatehouseFlood"),
        },
        {
          name: "Reputation",
          priority: 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesAmazonIpReputationList" } },
          visibilityConfig: visibility("GatehouseReputation"),
        },
      ],
    });
    new CfnWebACLAssociation(this, "Association", { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}
