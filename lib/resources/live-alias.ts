import { createHash } from "node:crypto";
import { type CfnElement, Lazy, Stack } from "aws-cdk-lib";
import type { Policy, Role } from "aws-cdk-lib/aws-iam";
import { Alias, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";

/** The name by which callers know what answers now. */
export const LIVE = "live";

export interface LiveAliasProps {
  /** How many instances are kept started. */
  readonly provisionedConcurrency?: number | undefined;
}

/**
 * An alias that callers use in place of the function. It moves to a version that is whole: never to new code with
 * variables, or with permissions, of the deployment before. The version that it leaves is removed with the deployment.
 */
export function liveAlias(lambda: LambdaFunction, { provisionedConcurrency }: LiveAliasProps): Alias {
  nameByPermissions(lambda.role as Role);
  return new Alias(lambda, "Live", {
    aliasName: LIVE,
    version: lambda.currentVersion,
    ...(provisionedConcurrency !== undefined && { provisionedConcurrentExecutions: provisionedConcurrency }),
  });
}

/**
 * Names a role and its policy after what they allow, so that other permissions are another role. The version that still
 * answers keeps the one before: CloudFormation removes that at the very end, or goes back to it.
 */
function nameByPermissions(role: Role): void {
  const stack = Stack.of(role);
  const policy = role.node.findChild("DefaultPolicy") as Policy;
  const digest = () =>
    createHash("sha256")
      .update(JSON.stringify(stack.resolve(policy.document)))
      .digest("hex")
      .slice(0, 8);
  for (const { node } of [role, policy]) {
    const resource = node.defaultChild as CfnElement;
    const id: string = stack.resolve(resource.logicalId);
    resource.overrideLogicalId(Lazy.uncachedString({ produce: () => `${id}${digest()}` }));
  }
}
