import { RemovalPolicy, Tags } from "aws-cdk-lib";
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  NatProvider,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import * as v from "valibot";
import { createTextSchema } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { GatehouseScope } from "../gatehouse-scope";
import { listLike, textFitting } from "../options";
import { keyAt } from "../resources/encryption";
import { httpsGoesOut, type Network } from "./network";

/** The fixed address from which steps call other systems: docs/outgoing-address.md. */
export interface OutgoingAddressOptions {
  /**
   * Allocation ids of one or two existing Elastic IPs. Each gets a NAT gateway. Two NAT gateways are in two availability zones.
   * @default the stack creates one Elastic IP
   */
  readonly allocationIds?: readonly string[];
  /**
   * The network's two availability zones. Needed if AWS refuses NAT gateways or functions in the region's first two.
   * @default the region's first two
   */
  readonly availabilityZones?: readonly string[];
}

const ZONES = 2;

const allocationId = textFitting("the allocation id of an Elastic IP, like eipalloc-0abc…", /^eipalloc-[0-9a-f]+$/);
const differ = (list: readonly string[]) => new Set(list).size === list.length;

export const outgoingAddressOptions = optionSchema<OutgoingAddressOptions>({
  allocationIds: v.optional(
    listLike(allocationId, "a list of one address or two different ones", (ids) => ids.length >= 1 && ids.length <= ZONES && differ(ids)),
  ),
  availabilityZones: v.optional(
    listLike(
      createTextSchema(),
      'a list of two zones, like ["us-east-1b", "us-east-1c"]',
      (zones) => zones.length === ZONES && differ(zones),
    ),
  ),
});

/** Calls to other systems leave by one fixed address, or by two, so that these systems can recognise their caller. */
export class OutgoingAddress extends Construct {
  readonly network: Network;

  constructor(
    private readonly gatehouse: GatehouseScope,
    id: string,
    { allocationIds, availabilityZones }: OutgoingAddressOptions,
  ) {
    super(gatehouse, id);
    const addresses = allocationIds ?? [this.ownAddress()];
    const vpc = new Vpc(this, "Vpc", {
      // A small range is enough for the network interfaces of functions and NAT gateways.
      ipAddresses: IpAddresses.cidr("10.0.0.0/24"),
      ...(availabilityZones === undefined ? { maxAzs: ZONES } : { availabilityZones: [...availabilityZones] }),
      natGateways: addresses.length,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [...addresses] }),
      subnetConfiguration: [
        { name: "Public", subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: "Private", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
      // Nothing here is in the default security group. To restrict it, the CDK would add a function with rights on security groups.
      restrictDefaultSecurityGroup: false,
    });
    const logGroup = new LogGroup(this, "FlowLog", {
      retention: gatehouse.functionDefaults.logRetention,
      encryptionKey: keyAt(this),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog("Flows", { destination: FlowLogDestination.toCloudWatchLogs(logGroup), trafficType: FlowLogTrafficType.ALL });

    const securityGroups = [httpsGoesOut(this, "SecurityGroup", vpc, "with a fixed outgoing address")];
    this.network = { vpc, subnets: vpc.privateSubnets, securityGroups, isIsolated: false };
  }

  /** The address outlives the option and the stack, because owners of other systems have it in their allow lists. */
  private ownAddress(): string {
    const address = new CfnEIP(this, "Address", { domain: "vpc" });
    // If the deployment that creates the address fails, CloudFormation removes the address: nobody uses it yet. Otherwise, the address
    // stays.
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
