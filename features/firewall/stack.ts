import { RestApi, type Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import type { GatehouseScope } from "../../lib/gatehouse-scope";

export interface FirewallOption {
  /**
   * A web application firewall in front of the API. Costs about $7 a month.
   * @default false
   */
  readonly waf?: boolean;
}

/** A firewall in front of a REST API: AWS WAF protects no other. */
export const firewallFeature: StackFeature<FirewallOption, void> = {
  name: "firewall",
  options: optionSchema<FirewallOption>({ waf: v.optional(v.boolean()) }),
  wanted: (_, { waf = false }) => waf,
  build(scope) {
    if (scope.api instanceof RestApi) new Firewall(scope, "Firewall", scope.api.deploymentStage);
  },
};

/** Requests in five minutes from one address. Entra's calls come from few addresses, so it has to be high. */
const REQUESTS_PER_ADDRESS = 10_000;

/** A web ACL that stops floods and known bad addresses. It does not look into bodies: names and streets look odd to it. */
class Firewall extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, stage: Stage) {
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
