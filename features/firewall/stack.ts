import { RestApi, type Stage } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation, type IWebACLRef } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { SetupError } from "../../lib/errors";
import type { StackFeature } from "../../lib/feature";
import type { GatehouseScope } from "../../lib/gatehouse-scope";
import { constructWith, textFitting } from "../../lib/options";
import { assertOwnRegion } from "../../lib/place";

export interface FirewallOption {
  /**
   * A web application firewall in front of the API. With `true`, the stack makes one, at about $7 a month. An existing regional web ACL is
   * given by its ARN or as a construct.
   * @default false
   */
  readonly waf?: boolean | string | IWebACLRef;
}

const WEB_ACL_ARN = /^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+$/;

/** Puts a firewall in front of a REST API. AWS WAF cannot protect an HTTP API. */
export const stack: StackFeature<FirewallOption, void> = {
  order: 69,
  name: "firewall",
  options: optionSchema<FirewallOption>({
    waf: v.optional(
      v.union([
        v.boolean(),
        textFitting("true, or the ARN of a regional web ACL", WEB_ACL_ARN),
        constructWith<IWebACLRef>("webAclRef", "a web ACL"),
      ]),
    ),
  }),
  wanted: (_, { waf = false }) => waf !== false,
  build(scope, { waf = false }) {
    if (scope.api instanceof RestApi && waf !== false) new Firewall(scope, "Firewall", scope.api.deploymentStage, waf);
  },
};

/** Limit of the requests from one address in five minutes. The limit has to be high, because Entra calls from few addresses. */
const REQUESTS_PER_ADDRESS = 10_000;

class Firewall extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, stage: Stage, waf: true | string | IWebACLRef) {
    super(gatehouse, id);
    const webAclArn = waf === true ? this.makeAcl(gatehouse.name) : givenAcl(gatehouse, waf);
    new CfnWebACLAssociation(this, "Association", { resourceArn: stage.stageArn, webAclArn });
  }

  /** Bodies are not inspected, because names and streets would look suspicious. */
  private makeAcl(name: string): string {
    const visibility = (rule: string) => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: false,
      metricName: `${name}${rule}`,
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
    return acl.attrArn;
  }
}

/** Returns the ARN of an existing web ACL. Throws a SetupError for one that cannot protect an API in the stack's region. */
function givenAcl(gatehouse: Construct, waf: string | IWebACLRef): string {
  if (waf instanceof CfnWebACL && waf.scope === "CLOUDFRONT")
    throw new SetupError(`waf is ${waf.node.path}, whose scope is CLOUDFRONT; an API needs a web ACL whose scope is REGIONAL.`);
  const arn = typeof waf === "string" ? waf : waf.webAclRef.webAclArn;
  assertOwnRegion(gatehouse, { option: "waf", what: "a web ACL", arn });
  return arn;
}
