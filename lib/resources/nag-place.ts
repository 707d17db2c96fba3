import { Stack, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";

/** How cdk-nag writes the beginning of an ARN in the ids of its findings: what is known at deployment only, in brackets. */
export function nagPlace(scope: Construct, service: string): string {
  const { partition, region, account } = Stack.of(scope);
  const shown = (value: string, pseudo: string) => (Token.isUnresolved(value) ? `<AWS::${pseudo}>` : value);
  return `arn:${shown(partition, "Partition")}:${service}:${shown(region, "Region")}:${shown(account, "AccountId")}`;
}
