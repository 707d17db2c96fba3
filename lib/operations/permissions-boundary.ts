import { Token } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { SetupError } from "../setup-error";

const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

/** Gives every role in these places a permissions boundary. Throws a SetupError for what is no policy's ARN. */
export function applyBoundary(arn: string, [first, ...others]: readonly [Construct, ...Construct[]]): void {
  if (!Token.isUnresolved(arn) && !POLICY_ARN.test(arn)) {
    throw new SetupError(
      `Gatehouse's option permissionsBoundaryArn is ${JSON.stringify(arn)}; it must be the ARN of a managed policy, such as "arn:aws:iam::111111111111:policy/boundary".`,
    );
  }
  const policy = ManagedPolicy.fromManagedPolicyArn(first, "PermissionsBoundary", arn);
  for (const place of [first, ...others]) PermissionsBoundary.of(place).apply(policy);
}
