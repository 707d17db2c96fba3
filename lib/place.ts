import { CfnResource, Stack, Token } from "aws-cdk-lib";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { regionFlaw } from "../adapters/aws/endpoint";
import { SetupError } from "./errors";

/** Names that CloudWatch accepts in metrics. With at most 190 characters, logical ids have room for the CDK's own parts. */
const METRIC_NAME = /^[\w.\-/#: ]{1,190}$/;

/** Throws a SetupError for a Gatehouse outside a stack, in an unknown region, or under an id that AWS refuses. */
export function assertPlace(gatehouse: Construct): void {
  const { id } = gatehouse.node;
  if (!gatehouse.node.scopes.some(Stack.isStack)) {
    throw new SetupError(
      `The Gatehouse "${id}" is in no stack. Create it in one: new Gatehouse(stack, "${id}", …), or use GatehouseStack, which is one.`,
    );
  }
  const name = gatehouseName(gatehouse);
  if (!Token.isUnresolved(name) && !METRIC_NAME.test(name)) {
    throw new SetupError(
      `Gatehouse's metrics go by the name "${name}", which AWS refuses: in ids and stack names, use letters of the English alphabet, digits, spaces and . - _ / # :, together at most 190 characters.`,
    );
  }
  const { region } = Stack.of(gatehouse);
  if (!Token.isUnresolved(region)) assertRegion(region);
}

/** Throws a SetupError for a region whose partition Gatehouse does not know. */
export function assertRegion(region: string): void {
  const flaw = regionFlaw(region);
  if (flaw !== undefined) throw new SetupError(flaw);
}

/**
 * Throws a SetupError for a resource in another region than the stack's, because the stack cannot use such a resource.
 * @param what the resource in words, such as "a web ACL"
 */
export function assertOwnRegion(scope: Construct, { option, what, arn }: { option: string; what: string; arn: string }): void {
  const ownRegion = Stack.of(scope).region;
  // arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
  const region = Token.isUnresolved(arn) ? ownRegion : arn.split(":")[3];
  if (!Token.isUnresolved(ownRegion) && region !== ownRegion)
    throw new SetupError(`${option} is ${what} of ${region}, but the stack is in ${ownRegion}: write one of ${ownRegion}.`);
}

/** Returns the stack's name and the construct's path, without `Default`, which is the id of a construct that is alone in its parent. */
export function gatehouseName(construct: Construct): string {
  const stack = Stack.of(construct);
  const path = construct.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  return [stack.stackName, ...path.filter((id) => id !== "Default")].join("/");
}

/** Maximum number of resources in a template: a limit of CloudFormation. */
const MOST_RESOURCES = 500;
/** The CDK's context key for another limit of resources. 0 means no limit. */
const LIMIT_KEY = "@aws-cdk/core:stackResourceLimit";

/** Returns advice for a stack with more resources than CloudFormation accepts. @param gates number of gates, the unnamed one included */
export function resourceFlaws(gatehouse: Construct, gates: number): readonly string[] {
  const stack = Stack.of(gatehouse);
  const count = stack.node.findAll().filter((each) => CfnResource.isCfnResource(each) && Stack.of(each) === stack).length;
  const most = Number(stack.node.tryGetContext(LIMIT_KEY) ?? MOST_RESOURCES);
  if (most === 0 || count <= most) return [];
  const other = gates > 1 ? "move gates into a second stack" : "move what else the stack holds into another stack";
  return [
    `The stack ${stack.stackName} has ${count} resources with ${gates} ${gates === 1 ? "gate" : "gates"}, and CloudFormation takes ${most}: ${other}, or turn options off. docs/gates.md says how many a gate takes.`,
  ];
}

/** AWS Lambda's limit of all variables of a function, names and values, in bytes. */
const MOST_VARIABLE_BYTES = 4_096;
/** The fewest bytes of an ARN of an account, of a region or an account's number, and of a resource's name. */
const [ARN_BYTES, PLACE_BYTES, NAME_BYTES] = [60, 9, 12];

/** Returns advice for functions with more environment variables than AWS Lambda accepts. */
export function environmentFlaws(gatehouse: Construct): readonly string[] {
  return gatehouse.node.findAll().flatMap((each) => {
    if (!(each instanceof CfnFunction)) return [];
    const { variables = {} } = (Stack.of(each).resolve(each.environment) ?? {}) as { variables?: Readonly<Record<string, unknown>> };
    const sizes = Object.entries(variables).map(([name, value]) => ({ name, bytes: Buffer.byteLength(name) + countBytes(value) }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= MOST_VARIABLE_BYTES) return [];
    const [largest] = [...sizes].sort((a, b) => b.bytes - a.bytes);
    return [
      `The function ${each.node.scope?.node.path} has at least ${total} bytes of environment variables, and AWS Lambda takes ${MOST_VARIABLE_BYTES}: shorten the option behind ${largest?.name}, which has ${largest?.bytes}.`,
    ];
  });
}

/** Counts the bytes of a text in a template, and the fewest that a value has which is known only at deployment. */
function countBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  const { Ref = "", ...functions } = value as Readonly<Record<string, unknown>>;
  const [, parts] = (functions["Fn::Join"] ?? []) as readonly [string?, (readonly unknown[])?];
  if (parts !== undefined) return parts.reduce<number>((sum, part) => sum + countBytes(part), 0);
  const [, attribute] = (functions["Fn::GetAtt"] ?? []) as readonly string[];
  if (attribute === "Arn") return ARN_BYTES;
  return String(Ref).startsWith("AWS::") ? PLACE_BYTES : NAME_BYTES;
}
