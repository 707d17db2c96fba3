import { type CfnResource, RemovalPolicy, Tags, Validations } from "aws-cdk-lib";
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type ISubnet,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct, Dependable } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import { keyAt } from "../resources/encryption";

/** The address from which steps call systems outside: docs/outgoing-address.md. */
export interface OutgoingAddressOptions {
  /**
   * Elastic IPs that the account has already, by allocation id (`eipalloc-…`): one, or two, each with a NAT gateway in a
   * zone of its own.
   * @default one is made
   */
  readonly allocationIds?: readonly string[];
  /**
   * Names of two availability zones, where AWS refuses NAT gateways or functions in the region's first two.
   * @default the region's first two
   */
  readonly availabilityZones?: readonly string[];
}

/** Where there is no way out but this one. */
export interface Network {
  readonly vpc: Vpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: ISecurityGroup;
  /** What has to be there before a function may run in it. */
  readonly ready: readonly CfnResource[];
}

const ZONES = 2;

/** What Lambda does with the role of a function in a VPC: it makes, finds and removes the function's network interfaces. */
const interfaceActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** A network whose calls all leave by a fixed address: for systems that know their callers by it. */
export class OutgoingAddress extends Construct {
  readonly network: Network;

  constructor(
    private readonly gatehouse: GatehouseScope,
    id: string,
    { allocationIds, availabilityZones }: OutgoingAddressOptions,
  ) {
    super(gatehouse, id);
    assertOptions({ allocationIds, availabilityZones });
    const addresses = allocationIds ?? [this.ownAddress()];
    const vpc = new Vpc(this, "Vpc", {
      // Two functions' interfaces, a gateway and nothing else.
      ipAddresses: IpAddresses.cidr("10.0.0.0/24"),
      ...(availabilityZones === undefined ? { maxAzs: ZONES } : { availabilityZones: [...availabilityZones] }),
      natGateways: addresses.length,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [...addresses] }),
      subnetConfiguration: [
        { name: "Public", subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: "Private", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
      // It would take a function of the CDK's own, with rights on security groups; nothing here is in the default group.
      restrictDefaultSecurityGroup: false,
    });
    const logGroup = new LogGroup(this, "FlowLog", {
      retention: gatehouse.functionDefaults.logRetention,
      encryptionKey: keyAt(this),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog("Flows", { destination: FlowLogDestination.toCloudWatchLogs(logGroup), trafficType: FlowLogTrafficType.ALL });

    const securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc,
      description: "Gatehouse functions with a fixed outgoing address: nothing comes in, HTTPS goes out",
      allowAllOutbound: false,
    });
    // The VPC's own DNS is no matter of security groups.
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "HTTPS, to whatever system the policy asks");
    const subnets = vpc.privateSubnets;
    const ready = subnets.flatMap((subnet) => Dependable.of(subnet.internetConnectivityEstablished).dependencyRoots);
    this.network = { vpc, subnets, securityGroup, ready: ready as CfnResource[] };
  }

  /** An Elastic IP that outlives the option and the stack: those who let it in would have to be told of another by letter. */
  private ownAddress(): string {
    const address = new CfnEIP(this, "Address", { domain: "vpc" });
    // Not after a first deployment that failed: nobody has been told of it yet.
    address.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    Tags.of(address).add("Name", `${this.gatehouse.name}/${this.node.id}`);
    this.gatehouse.addOutput("OutgoingAddress", address.attrPublicIp, "The address from which steps call systems outside");
    this.gatehouse.addOutput(
      "OutgoingAddressAllocation",
      address.attrAllocationId,
      "Its allocation id, to use the address again: docs/outgoing-address.md",
    );
    return address.attrAllocationId;
  }
}

/** Lets Lambda, and not the function's own code, handle the network interfaces of a function with this role. */
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
      // There in calls that a function's code makes, not in those that Lambda makes for it.
      conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
    }),
  );
}

function assertOptions({ allocationIds, availabilityZones }: OutgoingAddressOptions): void {
  if (allocationIds !== undefined) {
    const wrong = allocationIds.find((id) => !/^eipalloc-[0-9a-f]+$/.test(id));
    if (wrong !== undefined)
      throw new TypeError(`fixedOutgoingAddress: "${wrong}" is no allocation id of an Elastic IP, like eipalloc-0abc….`);
    if (allocationIds.length < 1 || new Set(allocationIds).size !== allocationIds.length || allocationIds.length > ZONES) {
      throw new RangeError("fixedOutgoingAddress: allocationIds has to name one address or two different ones.");
    }
  }
  if (availabilityZones !== undefined && (availabilityZones.length !== ZONES || new Set(availabilityZones).size !== ZONES)) {
    throw new RangeError('fixedOutgoingAddress: availabilityZones has to name two zones, like ["us-east-1b", "us-east-1c"].');
  }
}
