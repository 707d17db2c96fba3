import { createHash } from "node:crypto";
import { type CfnElement, Lazy, Stack, Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";

/**
 * Returns a name that is unique in the account and region. The CDK's own names come from the paths of constructs alone, so two stacks of
 * one app would have the same names.
 */
export function physicalName({ name }: GatehouseScope, part: string): string {
  // Dots join the parts, because a stack's name has no dot. The name of a nested stack is known only at deployment, so it is used
  // unchanged.
  const parts = name.split("/").map((each) => (Token.isUnresolved(each) ? each : each.replace(/[^A-Za-z0-9_.-]/g, "-")));
  return [...parts, part].join(".");
}

/**
 * Returns the beginning of an ARN as cdk-nag writes it in the ids of its findings: with `<AWS::Region>` in place of an unresolved region,
 * for example.
 */
export function nagPlace(scope: Construct, service: string): string {
  const { partition, region, account } = Stack.of(scope);
  const formatPart = (value: string, pseudo: string) => (Token.isUnresolved(value) ? `<AWS::${pseudo}>` : value);
  return `arn:${formatPart(partition, "Partition")}:${service}:${formatPart(region, "Region")}:${formatPart(account, "AccountId")}`;
}

/** CloudFormation's limit. The CDK respects it, and ends each id with a hash of the construct's path. */
const LONGEST_ID = 255;
const PATH_HASH = 8;
const CONTENT_HASH = 8;

/** Adds a hash of the content to the resource's logical id. If the content changes, CloudFormation therefore replaces the resource. */
export function nameByContent(resource: CfnElement, content: unknown): void {
  const stack = Stack.of(resource);
  const logicalId: string = stack.resolve(resource.logicalId);
  const id = `${logicalId.slice(0, -PATH_HASH).slice(0, LONGEST_ID - PATH_HASH - CONTENT_HASH)}${logicalId.slice(-PATH_HASH)}`;
  const digest = () =>
    createHash("sha256")
      .update(JSON.stringify(stack.resolve(content)))
      .digest("hex")
      .slice(0, CONTENT_HASH);
  resource.overrideLogicalId(Lazy.uncachedString({ produce: () => `${id}${digest()}` }));
}
