import { App, SecretValue, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { AttributeType, CfnTable, StreamViewType, Table, TableEncryptionV2, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Alias, Key } from "aws-cdk-lib/aws-kms";
import { HostedZone, PublicHostedZone } from "aws-cdk-lib/aws-route53";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { Gatehouse } from "../../lib/gatehouse";
import type { GatehouseProps } from "../../lib/gatehouse-options";
import type { NetworkOptions } from "../../lib/network/network";

const withoutBundling = { "aws:cdk:bundling-stacks": [] };
const partitionKey = { name: "entry", type: AttributeType.STRING };

/** A Gatehouse's stack, and what the app has made beside it or in another stack. */
function appWith(other: boolean) {
  const app = new App({ context: withoutBundling });
  const env = { env: { region: "eu-west-1" } };
  const stack = new Stack(app, "Own", env);
  const place = other ? new Stack(app, "Other", env) : stack;
  const key = new Key(place, "Key");
  const table = new TableV2(place, "People", {
    partitionKey,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    encryption: TableEncryptionV2.customerManagedKey(key),
  });
  const secret = new Secret(place, "Hashes", { secretStringValue: SecretValue.unsafePlainText("x"), encryptionKey: key });
  return { app, stack, place, table, secret, key };
}

function made(stack: Stack, options: Partial<GatehouseProps>) {
  new Gatehouse(stack, "SignUp", { policy: "policy", ...options });
  const template = Template.fromStack(stack);
  expect(JSON.stringify(template.toJSON())).not.toContain("${Token");
  return template;
}

/** What the function with this description may do. */
function rightsOf(template: Template, Description: string) {
  const [found] = Object.values(template.findResources("AWS::Lambda::Function", { Properties: { Description } }));
  const { Role, Environment } = found?.Properties ?? {};
  const [role] = Role["Fn::GetAtt"];
  const policies = template.findResources("AWS::IAM::Policy", { Properties: { Roles: [{ Ref: role }] } });
  return {
    variables: Environment.Variables,
    statements: Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement),
  };
}

const HYGIENE = "Brings access list entries into their normalised spelling and flags what it cannot read";
const STEP = "Decides on sign-ups at the step before-create-user";

describe.each([false, true])("tables and secrets of the same app, in another stack: %s", (other) => {
  it("are accepted by name, or by stream ARN if functions read the table's changes", () => {
    const { stack, table, secret } = appWith(other);
    const template = made(stack, {
      tables: { accessList: table.tableStreamArn as string, profiles: table.tableName },
      secrets: { "Decisions/PersonKey": secret.secretArn },
    });
    expect(JSON.stringify(rightsOf(template, HYGIENE).variables.ACCESS_LIST_TABLE)).toMatch(/^{"Fn::Select":\[1,{"Fn::Split":\["\/",/);
  });

  it("are accepted as constructs: roles get a right to each key, and the key's own policy stays unchanged", () => {
    const { app, stack, place, table, secret } = appWith(other);
    const template = made(stack, { tables: { accessList: table }, secrets: { "Decisions/PersonKey": secret } });
    const { variables, statements } = rightsOf(template, STEP);
    const [keyArn] = statements.flatMap(({ Action, Resource }) => (`${Action}`.startsWith("kms:") ? [Resource] : []));
    for (const [service, Action] of [
      ["secretsmanager", "kms:Decrypt"],
      ["dynamodb", ["kms:Decrypt", "kms:DescribeKey"]],
    ] as const) {
      const via = `${service}.eu-west-1.amazonaws.com`;
      expect(statements).toContainEqual({
        Action,
        Condition: { StringEquals: { "kms:ViaService": via } },
        Effect: "Allow",
        Resource: keyArn,
      });
    }
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: other
        ? { "Fn::ImportValue": Match.stringLikeRegexp("StreamArn") }
        : { "Fn::GetAtt": [Match.stringLikeRegexp("People"), "StreamArn"] },
    });
    expect(JSON.stringify([variables.ACCESS_LIST_TABLE, variables.PERSON_KEY_SECRET])).toMatch(/People.*Hashes/);
    // That would bind the key's stack to this one: neither could be deployed first.
    const own = JSON.stringify(Template.fromStack(place).findResources("AWS::KMS::Key"));
    expect(own).not.toMatch(/Gatehouse|SignUp/);
    app.synth();
  });

  it("are refused, with a remedy, if a table whose changes are read has no stream with old and new images", () => {
    const { stack, place, table } = appWith(other);
    const withTable = (accessList: string | Table | TableV2) => () =>
      new Gatehouse(stack, `SignUp${stack.node.children.length}`, { policy: "policy", tables: { accessList } });
    expect(withTable(table.tableName)).toThrow("Write the table's construct itself, its tableStreamArn, or the ARN as text.");
    const streamless = new TableV2(place, "Streamless", { partitionKey });
    const keysOnly = new Table(place, "KeysOnly", { partitionKey, stream: StreamViewType.KEYS_ONLY });
    for (const each of [streamless, keysOnly]) {
      expect(withTable(each)).toThrow(
        `tables.accessList is the table ${each.node.path}, which has no stream with new and old images, but functions read that table's changes`,
      );
      expect(withTable(each)).toThrow("write dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES where you make it (stream, if it is a Table)");
    }
  });

  it("are encrypted by the app's key, whose policy lets the services use it", () => {
    const { stack, place, key } = appWith(other);
    made(stack, { encryptionKey: key }).hasResourceProperties("AWS::SecretsManager::Secret", { KmsKeyId: Match.anyValue() });
    Template.fromStack(place).hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: "Logs" }), Match.objectLike({ Sid: "Alarms" })]) },
    });
  });
});

describe.each([false, true])("a topic and a certificate of the same app, in another stack: %s", (other) => {
  it("the alarms reach the topic and the mail address, and the policies of topic and key permit it", () => {
    const { app, stack, place, key } = appWith(other);
    const topic = new Topic(place, "Pager", { enforceSSL: true, masterKey: key });
    // Two that share a topic and an address.
    new Gatehouse(stack, "Other", { policy: "policy", alarmTopic: topic, alarmEmail: "it@contoso.com" });
    const template = made(stack, { alarmTopic: topic, alarmEmail: "it@contoso.com" });
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    const actions = new Set(alarms.map(({ Properties }) => JSON.stringify(Properties.AlarmActions)));
    expect([...actions]).toEqual([expect.stringContaining("Pager")]);
    template.resourcePropertiesCountIs("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "it@contoso.com" }, 2);
    const cloudWatch = { Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" } };
    const its = Template.fromStack(place);
    const has = (statement: object) => ({ Statement: Match.arrayWith([Match.objectLike({ ...cloudWatch, ...statement })]) });
    its.hasResourceProperties("AWS::SNS::TopicPolicy", { PolicyDocument: has({ Action: "sns:Publish" }) });
    its.hasResourceProperties("AWS::KMS::Key", { KeyPolicy: has({ Action: ["kms:Decrypt", "kms:GenerateDataKey*"] }) });
    app.synth();
  });

  it.each(["rest", "http"] as const)("the certificate serves the domains: api %s", (api) => {
    const { stack, place } = appWith(other);
    const certificate = new Certificate(place, "Certificate", { domainName: "signup.contoso.com" });
    const template = made(stack, {
      api,
      customDomain: { domainName: "signup.contoso.com", certificate },
      console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client", domainName: "console.contoso.com", certificate },
    });
    const domains = template.findResources("AWS::ApiGatewayV2::DomainName");
    expect(JSON.stringify(domains).match(/"CertificateArn":{"(Ref|Fn::ImportValue)":"[^"]*Certificate/g)).toHaveLength(2);
  });
});

describe.each([false, true])("a web ACL and a hosted zone of the same app, in another stack: %s", (other) => {
  const console = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client", domainName: "console.contoso.com" };

  it("the web ACL protects the API, and the stack makes none", () => {
    const { app, stack, place } = appWith(other);
    const visibilityConfig = { cloudWatchMetricsEnabled: false, sampledRequestsEnabled: false, metricName: "contoso" };
    const waf = new CfnWebACL(place, "Shared", { scope: "REGIONAL", defaultAction: { allow: {} }, visibilityConfig });
    const template = made(stack, { waf });
    const [association] = Object.values(template.findResources("AWS::WAFv2::WebACLAssociation"));
    expect(JSON.stringify(association?.Properties.WebACLArn)).toMatch(/Shared.*Arn/);
    template.resourceCountIs("AWS::WAFv2::WebACL", other ? 0 : 1);
    app.synth();
  });

  it.each(["rest", "http"] as const)("the zone gets the records of both domains: api %s", (api) => {
    const { stack, place } = appWith(other);
    const certificate = new Certificate(place, "Certificate", { domainName: "*.contoso.com" });
    const hostedZone = new PublicHostedZone(place, "Zone", { zoneName: "contoso.com" });
    const domain = { domainName: "signup.contoso.com", certificate, hostedZone };
    const template = made(stack, { api, customDomain: domain, console: { ...console, certificate, hostedZone } });
    const records = Object.values(template.findResources("AWS::Route53::RecordSet")).map(({ Properties }) => Properties);
    expect(records.map(({ Name }) => Name).sort()).toEqual(["console.contoso.com", "signup.contoso.com"]);
    for (const { Name, Type, HostedZoneId, AliasTarget } of records) {
      expect(Type).toBe("A");
      expect(JSON.stringify(HostedZoneId)).toMatch(/Zone/);
      const [id] = Object.entries(template.findResources("AWS::ApiGatewayV2::DomainName", { Properties: { DomainName: Name } }))[0] ?? [];
      expect(AliasTarget).toEqual({
        DNSName: { "Fn::GetAtt": [id, "RegionalDomainName"] },
        HostedZoneId: { "Fn::GetAtt": [id, "RegionalHostedZoneId"] },
      });
    }
  });
});

describe("an existing web ACL and hosted zone", () => {
  const arn = "arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/shared/11111111-2222-4333-8444-555555555555";
  const hostedZone = "Z0123456789ABCDEFGHIJ";
  const domain = { domainName: "signup.contoso.com", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" };

  it("are accepted by ARN and id", () => {
    const template = made(appWith(false).stack, { waf: arn, customDomain: { ...domain, hostedZone } });
    template.resourceCountIs("AWS::WAFv2::WebACL", 0);
    template.hasResourceProperties("AWS::WAFv2::WebACLAssociation", { WebACLArn: arn });
    template.hasResourceProperties("AWS::Route53::RecordSet", { HostedZoneId: hostedZone, Name: "signup.contoso.com", Type: "A" });
  });

  it("are accepted as imported constructs if only the id is known", () => {
    const { stack } = appWith(false);
    const imported = HostedZone.fromHostedZoneId(stack, "Imported", hostedZone);
    const template = made(stack, { customDomain: { ...domain, hostedZone: imported } });
    template.hasResourceProperties("AWS::Route53::RecordSet", { HostedZoneId: hostedZone });
  });

  const zone = (stack: Stack, zoneName: string) =>
    HostedZone.fromHostedZoneAttributes(stack, "Zone", { hostedZoneId: hostedZone, zoneName });
  it.each<{ what: string; options: (stack: Stack) => Partial<GatehouseProps>; says: string }>([
    {
      what: "CloudFront's web ACL",
      options: () => ({ waf: arn.replace("regional", "global") }),
      says: "it must be true, or the ARN of a regional web ACL",
    },
    {
      what: "a web ACL's construct for CloudFront",
      options: (stack) => ({
        waf: new CfnWebACL(stack, "Global", {
          scope: "CLOUDFRONT",
          defaultAction: { allow: {} },
          visibilityConfig: { cloudWatchMetricsEnabled: false, sampledRequestsEnabled: false, metricName: "contoso" },
        }),
      }),
      says: "an API needs a web ACL whose scope is REGIONAL",
    },
    {
      what: "a web ACL of another region",
      options: () => ({ waf: arn.replace("eu-west-1", "us-east-1") }),
      says: "waf is a web ACL of us-east-1, but the stack is in eu-west-1: write one of eu-west-1.",
    },
    {
      what: "a domain's certificate of another region",
      options: () => ({ customDomain: { ...domain, certificateArn: domain.certificateArn.replace("eu-west-1", "us-east-1") } }),
      says: "customDomain.certificateArn is a certificate of us-east-1, but the stack is in eu-west-1: write one of eu-west-1.",
    },
    {
      what: "a console's certificate of another region",
      options: () => ({
        console: {
          tenantId: "contoso.onmicrosoft.com",
          clientId: "the-client",
          ...domain,
          certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/1",
        },
      }),
      says: "console.certificateArn is a certificate of us-east-1",
    },
    {
      what: "a certificate of AWS Identity and Access Management",
      options: () => ({ customDomain: { ...domain, certificateArn: "arn:aws:iam::111111111111:server-certificate/contoso" } }),
      says: "it must be the ARN of a certificate in AWS Certificate Manager",
    },
    {
      what: "a topic of another region",
      options: () => ({ alarmTopic: "arn:aws:sns:us-east-1:111111111111:alarms" }),
      says: "alarmTopic is a topic of us-east-1, but the stack is in eu-west-1: write one of eu-west-1.",
    },
    { what: "a web ACL before an HTTP API", options: () => ({ waf: arn, api: "http" }), says: "AWS WAF protects no HTTP API" },
    {
      what: "a zone's name",
      options: () => ({ customDomain: { ...domain, hostedZone: "contoso.com" } }),
      says: "it must be the id of a hosted zone in Route 53",
    },
    {
      what: "a zone that the domain is not in",
      options: (stack) => ({ customDomain: { ...domain, hostedZone: zone(stack, "toso.com") } }),
      says: "customDomain.hostedZone is the zone of toso.com, which signup.contoso.com is not in.",
    },
    {
      what: "a zone beside failover",
      options: () => ({ customDomain: { ...domain, hostedZone, failover: { hostedZoneId: hostedZone, record: "primary" as const } } }),
      says: "leave out hostedZone",
    },
    {
      what: "a console's zone without its domain",
      options: () => ({ console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client", hostedZone } }),
      says: "console.hostedZone needs console.domainName",
    },
  ])("$what is refused", ({ options, says }) => {
    const { stack } = appWith(false);
    expect(() => made(stack, options(stack))).toThrow(says);
  });
});

describe("your own network", () => {
  /** The functions' places, and what is said at synth, in a VPC with subnets of one kind. */
  function inVpc(kind: keyof typeof SubnetType, network: Omit<NetworkOptions, "vpc"> = {}, policy = "policy") {
    const { app, stack, place } = appWith(true);
    const subnetConfiguration = [
      { name: "Public", subnetType: SubnetType.PUBLIC },
      ...(kind === "PUBLIC" ? [] : [{ name: "Own", subnetType: SubnetType[kind] }]),
    ];
    const vpc = new Vpc(place, "Vpc", { subnetConfiguration, natGateways: kind === "PRIVATE_WITH_EGRESS" ? 1 : 0 });
    new Gatehouse(stack, "SignUp", { policy, network: { vpc, ...network } });
    const said = app
      .synth()
      .getStackByName("Own")
      .messages.map(({ entry }) => String(entry.data))
      .filter((each) => each.includes("network"));
    const template = Template.fromStack(stack);
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    return { said, template, stack, places: functions.map(({ Properties }) => Properties.VpcConfig) };
  }

  it("holds every function in its private subnets, in a security group that allows only HTTPS out", () => {
    const { said, places, template } = inVpc("PRIVATE_WITH_EGRESS");
    expect(said).toEqual([]);
    expect(places.length).toBeGreaterThan(4);
    for (const place of places) {
      expect(JSON.stringify(place.SubnetIds)).toMatch(/OwnSubnet1.*OwnSubnet2/);
      expect(JSON.stringify(place.SecurityGroupIds)).toMatch(/NetworkSecurityGroup/);
    }
    template.hasResourceProperties("AWS::EC2::SecurityGroup", {
      SecurityGroupEgress: [Match.objectLike({ IpProtocol: "tcp", FromPort: 443, ToPort: 443 })],
      SecurityGroupIngress: Match.absent(),
    });
    const policies = Object.values(template.findResources("AWS::IAM::Policy")).map((each) => JSON.stringify(each));
    expect(policies.filter((each) => each.includes("ec2:CreateNetworkInterface"))).toHaveLength(places.length);
  });

  it("causes a warning with the needed endpoints if it has no way out", () => {
    const { said } = inVpc("PRIVATE_ISOLATED");
    expect(said).toEqual([expect.stringMatching(/its VPC needs endpoints for dynamodb, secretsmanager, and nothing outside AWS/)]);
  });

  it("is refused if it has no way out and the policy calls an outside system", () => {
    const isolated = (reachesOutside?: boolean) =>
      inVpc("PRIVATE_ISOLATED", reachesOutside === undefined ? {} : { reachesOutside }, "test/infrastructure/policies/services");
    for (const reachesOutside of [undefined, false]) {
      expect(() => isolated(reachesOutside)).toThrow("a rule calls a system outside: every sign-up would be blocked");
    }
    expect(isolated(true).said).toEqual([expect.stringMatching(/its VPC needs endpoints for [a-z, ]*secretsmanager[a-z, ]*\. /)]);
    expect(inVpc("PRIVATE_WITH_EGRESS", {}, "test/infrastructure/policies/services").said).toEqual([]);
  });

  it("makes no security group if you pass your own", () => {
    const { stack } = appWith(false);
    const vpc = Vpc.fromVpcAttributes(stack, "Vpc", { vpcId: "vpc-1", availabilityZones: ["a"], privateSubnetIds: ["subnet-1"] });
    const template = made(stack, { network: { vpc, securityGroups: [SecurityGroup.fromSecurityGroupId(stack, "Group", "sg-1")] } });
    template.resourceCountIs("AWS::EC2::SecurityGroup", 0);
    template.allResourcesProperties("AWS::Lambda::Function", { VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] } });
  });

  it("is refused if it has only public subnets", () =>
    expect(() => inVpc("PUBLIC")).toThrow("network has public subnets, from which functions reach nothing"));
});

it.each([
  [
    "a network beside a fixed address",
    { network: { vpc: "vpc" }, fixedOutgoingAddress: true },
    "network and fixedOutgoingAddress exclude each other",
  ],
  ["a network of no VPC", { network: { vpc: "vpc-1" } }, 'network.vpc is "vpc-1"; it must be a VPC.'],
  [
    "an address of alarms without its domain",
    { alarmEmail: "it" },
    'alarmEmail is "it"; it must be one e-mail address, such as "it@contoso.com".',
  ],
  [
    "several addresses of alarms",
    { alarmEmail: "it@contoso.com, ops@contoso.com" },
    'alarmEmail is "it@contoso.com, ops@contoso.com"; it must be one e-mail address, such as "it@contoso.com".',
  ],
  [
    "a domain as an address",
    { customDomain: { domainName: "https://gate.contoso.com/", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" } },
    'customDomain.domainName is "https://gate.contoso.com/"; it must be a host name in lower case, such as signup.contoso.com.',
  ],
  [
    "a runbook without its address",
    { runbookUrl: "wiki/runbook" },
    'runbookUrl is "wiki/runbook"; it must be a whole address, such as "https://wiki.contoso.com/gatehouse-runbook".',
  ],
  ["days beyond what a row can hold", { decisionDays: 1e9 }, "decisionDays is 1000000000; it must be a whole number from 1 to 36500."],
  ["a topic by a name alone", { alarmTopic: "pager" }, 'alarmTopic is "pager"; it must be the ARN of an SNS topic.'],
  ["a domain without a certificate", { customDomain: { domainName: "a.example" } }, "customDomain needs a certificate: give one of"],
  [
    "a domain with two",
    {
      customDomain: {
        domainName: "a.example",
        certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
        certificate: "certificate",
      },
    },
    "customDomain needs a certificate: give one of",
  ],
  [
    "a table of another region",
    { tables: { profiles: "table" } },
    "tables.profiles is in the region us-east-1, but the stack is in eu-west-1",
  ],
  [
    "a secret of another region",
    { secrets: { "Decisions/PersonKey": "secret" } },
    "is in the region us-east-1, but the stack is in eu-west-1",
  ],
  ["a key of another region", { encryptionKey: "key" }, "encryptionKey is a key of us-east-1"],
  ["an alias", { encryptionKey: "alias" }, "encryptionKey is an alias: hand in the key itself."],
  ["a secret as a table", { tables: { profiles: "secret" } }, "tables.profiles is the construct Elsewhere/Secret; it must be a table."],
  ["a table of level 1", { tables: { profiles: "l1" } }, "tables.profiles is the construct Elsewhere/L1; it must be a table."],
  ["a table as a secret", { secrets: { "Decisions/PersonKey": "table" } }, "is the construct Elsewhere/Table; it must be a secret."],
  ["a table as a key", { encryptionKey: "table" }, "encryptionKey is the construct Elsewhere/Table; it must be a KMS key."],
  ["keys by region that are none", { encryptionKey: { "eu-west-1": 7 } }, "encryptionKey.eu-west-1 is 7; it must be "],
])("%s is refused", (_, options, says) => {
  const { app } = appWith(false);
  const elsewhere = new Stack(app, "Elsewhere", { env: { region: "us-east-1" } });
  const key = new Key(elsewhere, "Key");
  const constructs: Readonly<Record<string, unknown>> = {
    l1: new CfnTable(elsewhere, "L1", { keySchema: [{ attributeName: "person", keyType: "HASH" }] }),
    key,
    alias: new Alias(elsewhere, "Alias", { aliasName: "alias/gatehouse", targetKey: key }),
    table: new TableV2(elsewhere, "Table", { partitionKey }),
    secret: new Secret(elsewhere, "Secret"),
    vpc: new Vpc(elsewhere, "Vpc"),
    certificate: new Certificate(elsewhere, "Certificate", { domainName: "a.example" }),
  };
  const given = JSON.parse(JSON.stringify(options), (_key, value) => constructs[value] ?? value);
  const stack = new Stack(app, "Refusing", { env: { region: "eu-west-1" } });
  expect(() => new Gatehouse(stack, "SignUp", { policy: "policy", ...given })).toThrow(says);
});
