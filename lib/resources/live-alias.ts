import type { CfnElement } from "aws-cdk-lib";
import type { Policy, Role } from "aws-cdk-lib/aws-iam";
import { Alias, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { nameByContent } from "./physical-name";

/** Name of the alias that callers use for the current version. */
export const LIVE = "live";

export interface LiveAliasProps {
  /** Number of warm instances. */
  readonly provisionedConcurrency?: number | undefined;
}

/**
 * Makes an alias that moves only to a complete version. So callers never get new code with the variables or permissions of the previous
 * deployment. After the move, the deployment removes the previous version.
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
 * Adds a hash of the permissions to the role's logical id, so that changed permissions make another role. The version that still answers
 * keeps the previous role until the deployment's end.
 */
function nameByPermissions(role: Role): void {
  const policy = role.node.findChild("DefaultPolicy") as Policy;
  for (const { node } of [role, policy]) nameByContent(node.defaultChild as CfnElement, policy.document);
}
