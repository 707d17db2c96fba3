import { Match, type Template } from "aws-cdk-lib/assertions";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Record<string, unknown>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition?: object;
}

const folder = "test/infrastructure/policies/outside";

function resources(template: Template, type: string): readonly Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** What the functions are for that run in a network. */
function inside(template: Template): readonly string[] {
  return resources(template, "AWS::Lambda::Function")
    .filter(({ Properties }) => Properties.VpcConfig !== undefined)
    .map(({ Properties }) => String(Properties.Description));
}

/** Statements on network interfaces, in any role. */
function interfaceStatements(template: Template): readonly Statement[] {
  return resources(template, "AWS::IAM::Policy")
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Action }) => String(Action).includes("NetworkInterface"));
}

describe("fixedOutgoingAddress", () => {
  const { template, warnings } = synthesize({ folder, fixedOutgoingAddress: true });

  it("causes no warning", () => expect(warnings).toEqual([]));

  it("covers the steps that call an outside system, and no other function", () =>
    expect(inside(template)).toEqual(["Decides on sign-ups at the step before-create-user"]));

  it("covers the step and the shadow function of rules that call a named service", () => {
    const calling = synthesize({ folder: "test/infrastructure/policies/services", fixedOutgoingAddress: true }).template;
    expect(inside(calling).map((each) => each.replace(/, once.*/, ""))).toEqual([
      "Decides on sign-ups at the step before-create-user",
      "Tries the shadowed rules of before-create-user",
    ]);
  });

  it("has one way out, whose address outlives the stack", () => {
    template.resourceCountIs("AWS::EC2::NatGateway", 1);
    template.hasResource("AWS::EC2::EIP", { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    const [address] = Object.keys(template.findResources("AWS::EC2::EIP")) as [string];
    template.hasResourceProperties("AWS::EC2::NatGateway", { AllocationId: { "Fn::GetAtt": [address, "AllocationId"] } });
    template.hasOutput("OutgoingAddress", { Value: { "Fn::GetAtt": [address, "PublicIp"] } });
    const routes = resources(template, "AWS::EC2::Route").filter(({ Properties }) => Properties.NatGatewayId !== undefined);
    expect(routes).toHaveLength(2);
  });

  it("runs the function in private subnets of two zones, without a look-up in the account", () => {
    const [subnets] = resources(template, "AWS::Lambda::Function").flatMap(({ Properties }) => Properties.VpcConfig ?? []) as [
      { SubnetIds: { Ref: string }[] },
    ];
    const all = template.findResources("AWS::EC2::Subnet") as Record<string, Resource>;
    const zones = subnets.SubnetIds.map(({ Ref }) => all[Ref]?.Properties.AvailabilityZone);
    expect(zones).toEqual([0, 1].map((index) => ({ "Fn::Select": [index, { "Fn::GetAZs": "" }] })));
    for (const { Properties } of Object.values(all)) expect(Properties.MapPublicIpOnLaunch).toBe(false);
  });

  it("allows HTTPS out and nothing in", () => {
    const [group, ...others] = resources(template, "AWS::EC2::SecurityGroup");
    expect(others).toEqual([]);
    expect(group?.Properties).toMatchObject({ SecurityGroupEgress: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443 }] });
    expect(group?.Properties).not.toHaveProperty("SecurityGroupIngress");
  });

  it("reaches DynamoDB from the function's subnets without the NAT gateway", () => {
    const [endpoint] = resources(template, "AWS::EC2::VPCEndpoint");
    expect(endpoint?.Properties).toMatchObject({ VpcEndpointType: "Gateway" });
    expect(JSON.stringify(endpoint?.Properties.ServiceName)).toContain("dynamodb");
    expect(endpoint?.Properties.RouteTableIds).toEqual(expect.arrayContaining([{ Ref: expect.stringMatching(/Private.*1/) }]));
  });

  it("lets Lambda manage network interfaces, and never the function's own code", () => {
    const [allowed, denied, ...others] = interfaceStatements(template);
    expect(others).toEqual([]);
    expect(allowed).toMatchObject({ Effect: "Allow" });
    expect(denied).toMatchObject({ Effect: "Deny", Condition: { Null: { "lambda:SourceFunctionArn": "false" } } });
    expect(denied?.Action).toEqual(allowed?.Action);
  });

  it("delays the function until its rights and its way out exist", () => {
    const [step] = resources(template, "AWS::Lambda::Function").filter(({ Properties }) => Properties.VpcConfig !== undefined);
    expect(step?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/RoleDefaultPolicy/),
        expect.stringMatching(/PrivateSubnet1DefaultRoute/),
        expect.stringMatching(/PrivateSubnet2DefaultRoute/),
      ]),
    );
  });

  it("needs no helper function of the CDK", () =>
    template.resourceCountIs("AWS::Lambda::Function", resources(synthesize({ folder }).template, "AWS::Lambda::Function").length));

  it("can be combined with tracing", () => expect(synthesize({ folder, fixedOutgoingAddress: true, tracing: true }).warnings).toEqual([]));

  it("keeps its address while no rule uses it, and states the cost", () => {
    const unused = synthesize({ fixedOutgoingAddress: true });
    unused.template.resourceCountIs("AWS::EC2::EIP", 1);
    expect(inside(unused.template)).toEqual([]);
    expect(unused.warnings).toEqual([expect.stringMatching(/no rule calls a system outside.*\$37/)]);
  });

  it.each([undefined, false])("creates nothing if it is %p", (fixedOutgoingAddress) => {
    const { template } = synthesize({ folder, ...(fixedOutgoingAddress === undefined ? {} : { fixedOutgoingAddress }) });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/AWS::EC2|NetworkInterface|VpcConfig/);
  });
});

describe("fixedOutgoingAddress with your own addresses", () => {
  const allocationIds = ["eipalloc-0a1", "eipalloc-0b2"];
  const { template } = synthesize({ folder, fixedOutgoingAddress: { allocationIds, availabilityZones: ["eu-west-1b", "eu-west-1c"] } });

  it("uses each address in its zone", () => {
    template.resourceCountIs("AWS::EC2::EIP", 0);
    expect(resources(template, "AWS::EC2::NatGateway").map(({ Properties }) => Properties.AllocationId)).toEqual(allocationIds);
    const routes = resources(template, "AWS::EC2::Route").filter(({ Properties }) => Properties.NatGatewayId !== undefined);
    expect(new Set(routes.map(({ Properties }) => JSON.stringify(Properties.NatGatewayId))).size).toBe(2);
    expect(template.findOutputs("OutgoingAddress")).toEqual({});
  });

  it("uses the addresses' zones for its subnets", () => {
    const zones = resources(template, "AWS::EC2::Subnet").map(({ Properties }) => Properties.AvailabilityZone);
    expect([...new Set(zones)].sort()).toEqual(["eu-west-1b", "eu-west-1c"]);
  });

  it.each([
    {
      given: "an IP address",
      options: { allocationIds: ["203.0.113.7"] },
      says: /allocationIds\[0\] is "203\.0\.113\.7"; it must be the allocation id of an Elastic IP/,
    },
    { given: "no address", options: { allocationIds: [] }, says: /one address or two/ },
    { given: "the same address twice", options: { allocationIds: ["eipalloc-0a1", "eipalloc-0a1"] }, says: /two different ones/ },
    { given: "three addresses", options: { allocationIds: ["eipalloc-1", "eipalloc-2", "eipalloc-3"] }, says: /one address or two/ },
    { given: "one zone", options: { availabilityZones: ["eu-west-1a"] }, says: /two zones/ },
    { given: "one zone twice", options: { availabilityZones: ["eu-west-1a", "eu-west-1a"] }, says: /two zones/ },
  ])("refuses $given at synth", ({ options, says }) => {
    expect(() => synthesize({ folder, fixedOutgoingAddress: options })).toThrow(says);
  });
});

describe("the alarm on outside calls", () => {
  const sections = (of: Template) =>
    resources(of, "AWS::CloudWatch::Alarm").map(({ Properties }) => String(Properties.AlarmDescription).split("#")[1]);

  it("rings on the first failed call, if rules make calls", () => {
    const { template } = synthesize({ folder });
    expect(sections(template)).toContain("upstream-failures");
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Namespace: "Gatehouse",
      MetricName: "UpstreamFailures",
      Dimensions: [{ Name: "service", Value: "Gatehouse" }],
      Threshold: 1,
      TreatMissingData: "notBreaching",
      ComparisonOperator: Match.stringLikeRegexp("GreaterThanOrEqual"),
    });
  });

  it("is absent if no rule makes a call", () => expect(sections(synthesize().template)).not.toContain("upstream-failures"));
});
