import type { Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";

export interface FirewallProps {
  readonly stage: Stage;
}

/** Requests in five minutes from one address. Entra's calls come from few addresses, so it has to be high. */
const REQUESTS_PER_ADDRESS = 10_000;

/** A web ACL that stops floods and known bad addresses. It does not look into bodies: names and streets look odd to it. */
export class Firewall extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, { stage }: FirewallProps) {
    super(gatehouse, id);
    const visibility = (rule: string) => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: false,
      metricName: `${gatehouse.name}${rule}`,
    });
    const acl = new CfnWebACL(this, "WebAcl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility(""),
      rules: [
        {
          name: "Flood",
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: "IP", limit: REQUESTS_PER_ADDRESS } },
          visibilityConfig: visibility("Flood"),
        },
        {
          name: "Reputation",
          priority: 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesAmazonIpReputationList" } },
          visibilityConfig: visibility("Reputation"),
        },
      ],
    });
    new CfnWebACLAssociation(this, "Association", { resourceArn: stage.stageArn, webAclArn: acl.attrArn });
  }
}
