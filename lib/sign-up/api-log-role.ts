import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { CfnAccount } from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

const ID = "ApiGatewayLogs";

/**
 * The role that API Gateway writes access logs with. An account has one for all of its APIs in a region, so a stack makes
 * it once, however many Gatehouses are in it, and leaves it behind.
 */
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
