import { Annotations, Aspects, Stack, Validations } from "aws-cdk-lib";
import { type ISecurityGroup, type ISubnet, type IVpc, Peer, Port, SecurityGroup, type SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { Effect, type Policy, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { SetupError } from "../errors";
import { constructWith, listLike } from "../options";
import { isServedLocally } from "../stage";

/** The app's own network, for all functions: docs/outgoing-address.md. */
export interface NetworkOptions {
  readonly vpc: IVpc;
  /** @default private subnets: those with a way out, if there are any */
  readonly vpcSubnets?: SubnetSelection;
  /** The security groups of the functions. @default a new group: nothing comes in, HTTPS goes out */
  readonly securityGroups?: readonly ISecurityGroup[];
  /**
   * True if subnets without a NAT gateway still reach systems outside, for example by a transit gateway or AWS PrivateLink. If not, the
   * deployment stops when a rule calls such a system.
   * @default false
   */
  readonly reachesOutside?: boolean;
}

const securityGroup = constructWith<ISecurityGroup>("securityGroupId", "a security group");

export const networkOptions = optionSchema<NetworkOptions>({
  vpc: constructWith<IVpc>("selectSubnets", "a VPC"),
  vpcSubnets: v.optional(v.custom<SubnetSelection>((input) => typeof input === "object" && input !== null, "a selection of subnets")),
  securityGroups: v.optional(listLike(securityGroup, "a list of security groups", ({ length }) => length > 0)),
  reachesOutside: v.optional(v.boolean()),
});

/** The network that functions run in. */
export interface Network {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroups: readonly ISecurityGroup[];
  /** True if only the VPC's endpoints can be called. */
  readonly isIsolated: boolean;
}

/**
 * Returns the network. For isolated subnets, warns of endpoints that the VPC needs. Throws a SetupError for public subnets, or if a rule's
 * calls cannot leave.
 * @param callsOutside true if a rule calls a system outside
 */
export function readNetwork(gatehouse: Construct, options: NetworkOptions, callsOutside: boolean): Network {
  const { vpc, vpcSubnets, securityGroups, reachesOutside = false } = options;
  const { subnets, hasPublic } = vpc.selectSubnets(vpcSubnets);
  if (hasPublic) {
    throw new SetupError(
      "network has public subnets, from which functions reach nothing: choose private ones, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }.",
    );
  }
  const hasNoGateway = subnets.some((subnet) => vpc.isolatedSubnets.includes(subnet));
  if (hasNoGateway) {
    // If there is no way out, the rule would fail at every sign-up, and nobody would get in.
    if (callsOutside && !reachesOutside && !isServedLocally(gatehouse)) {
      throw new SetupError(
        "network has subnets without a way out, and a rule calls a system outside: every sign-up would be blocked. Choose subnets with a NAT gateway, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, or, if calls leave another way, write reachesOutside: true.",
      );
    }
    warnOfEndpoints(gatehouse, reachesOutside);
  }
  return {
    vpc,
    subnets,
    isIsolated: hasNoGateway && !reachesOutside,
    securityGroups: securityGroups ?? [httpsGoesOut(gatehouse, "NetworkSecurityGroup", vpc, "in a network of your own")],
  };
}

/** @param which tells, in the group's description, which functions use the group */
export function httpsGoesOut(scope: Construct, id: string, vpc: IVpc, which: string): SecurityGroup {
  const description = `Gatehouse functions ${which}: nothing comes in, HTTPS goes out`;
  const group = new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  // Security groups do not affect the VPC's own DNS, so it needs no rule.
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "HTTPS, to whatever system the policy asks");
  return group;
}

/** Endpoints whose name is not the prefix of the service's IAM actions: prefix -> endpoint. */
const endpointNames: Readonly<Record<string, string>> = { ses: "email", cloudwatch: "monitoring" };
/** Services that need no endpoint: AWS calls them for a function, by the rights of its role. The function's own code never does. */
const notCalled = new Set(["ec2", "kms", "logs", "sqs"]);

/** Warns at synthesis, after all rights are granted, because the functions' rights show which services the functions call. */
function warnOfEndpoints(gatehouse: Construct, reachesOutside: boolean): void {
  Aspects.of(gatehouse).add({
    visit(node) {
      if (node !== gatehouse) return;
      const functions = gatehouse.node.findAll().filter((each) => each instanceof LambdaFunction);
      const services = functions.flatMap(({ role }) => servicesIn(role?.node.tryFindChild("DefaultPolicy") as Policy | undefined));
      const names = [...new Set(services)].filter((each) => !notCalled.has(each)).map((each) => endpointNames[each] ?? each);
      const rest = reachesOutside ? "" : ", and nothing outside AWS can be called, such as Microsoft Graph and what rules ask";
      Annotations.of(gatehouse).addWarningV2(
        "gatehouse:endpoints",
        `network has subnets without a way out: its VPC needs endpoints for ${names.sort().join(", ")}${rest}.`,
      );
    },
  });
}

function servicesIn(policy: Policy | undefined): readonly string[] {
  if (policy === undefined) return [];
  const { Statement = [] } = Stack.of(policy).resolve(policy.document) ?? {};
  return Statement.flatMap(({ Action }: { readonly Action: string | string[] }) => [Action].flat().map((each) => each.split(":")[0]));
}

/** Actions by which Lambda manages the network interfaces of a function in a VPC. The function's role must allow them. */
const interfaceActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** Lets Lambda manage the network interfaces, but denies these actions to the function's own code. */
export function grantNetwork(role: Role): void {
  Validations.of(role).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "Lambda names the interfaces only as it makes them; the function's own code is denied all of it.",
  });
  role.addToPolicy(new PolicyStatement({ actions: interfaceActions, resources: ["*"] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: interfaceActions,
      resources: ["*"],
      // Only calls by the function's code have this condition key. Calls that Lambda makes for the function lack it.
      conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
    }),
  );
}
