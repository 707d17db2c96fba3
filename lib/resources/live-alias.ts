import type { CfnElement } from "aws-cdk-lib";
import type { Policy, Role } from "aws-cdk-lib/aws-iam";
import { Alias, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { nameByContent } from "./physical-name";

/** The name by which callers know what answers now. */
export const LIVE = "live";

export interface LiveAliasProps {
  /** Warm instances. */
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
  const policy = role.node.findChild("DefaultPolicy") as Policy;
  for (const { node } of [role, policy]) nameByContent(node.defaultChild as CfnElement, policy.document);
}
