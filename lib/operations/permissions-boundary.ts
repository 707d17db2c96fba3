import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { textFitting } from "../options";

const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

export const boundaryArn = textFitting('the ARN of a managed policy, such as "arn:aws:iam::111111111111:policy/boundary"', POLICY_ARN);

/** Gives every role in these places a permissions boundary. */
export function applyBoundary(arn: string, [first, ...others]: readonly [Construct, ...Construct[]]): void {
  const policy = ManagedPolicy.fromManagedPolicyArn(first, "PermissionsBoundary", arn);
  for (const place of [first, ...others]) PermissionsBoundary.of(place).apply(policy);
}
