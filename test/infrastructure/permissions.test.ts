import { tables } from "../../adapters/tables/tables";
import { type GrantPlace, tablePlaces } from "../../cli/permissions";
import type { Gatehouse } from "../../lib/gatehouse";
import { executionStatements, optionStatements } from "../../scripts/permissions/execution";
import { policies } from "../../scripts/permissions/policies";
import { buildPlaceArns, EXAMPLE_STACK, grants, policyDocument, tableConstructs } from "../../scripts/permissions/policy-document";
import { add as splunk } from "../events/recipes/splunk";
import { everything } from "../support/everything";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

const { add, ...options } = everything;
const recipes = (gatehouse: Gatehouse) => [add, splunk].map((each) => each?.(gatehouse));
const { template } = synthesize({ ...options, add: recipes });
const resources = template.toJSON().Resources as Record<string, Resource>;
// The one type that everything together leaves out: see there.
const types = [...new Set([...Object.values(resources).map(({ Type }) => Type), "AWS::KMS::Key"])].sort();
const here = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111111111111:${resource}`;

const api = ["apigateway", "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3", "GET PATCH POST PUT DELETE"] as const;
const network = (id: string, actions: string) => ["ec2", here("ec2", id), actions] as const;
const role = `arn:aws:iam::111111111111:role/${EXAMPLE_STACK}-ConsoleFunctionRole09E22EB7-a1b2`;
const lambda = (actions: string) => ["lambda", here("lambda", `function:${EXAMPLE_STACK}-ConsoleFunctionE7833E2B-a1b2`), actions] as const;
const codedeploy = (actions: string) => ["codedeploy", here("codedeploy", "application:a1b2"), actions] as const;

/** What CloudFormation asks for each type of resource, as AWS's schemas have it, as far as a Gatehouse goes. */
const asked: Readonly<Record<string, readonly [service: string, resource: string, actions: string]>> = {
  "AWS::ApiGateway::Account": api,
  "AWS::ApiGateway::ApiKey": api,
  "AWS::ApiGateway::Authorizer": api,
  "AWS::ApiGateway::Deployment": api,
  "AWS::ApiGateway::GatewayResponse": api,
  "AWS::ApiGateway::Method": api,
  "AWS::ApiGateway::Resource": api,
  "AWS::ApiGateway::RestApi": ["apigateway", "arn:aws:apigateway:eu-west-1::/restapis/a", "POST UpdateRestApiPolicy TagResource"],
  "AWS::ApiGateway::Stage": api,
  "AWS::ApiGateway::UsagePlan": api,
  "AWS::ApiGateway::UsagePlanKey": api,
  "AWS::ApiGatewayV2::Api": api,
  "AWS::ApiGatewayV2::ApiMapping": api,
  "AWS::ApiGatewayV2::Authorizer": api,
  "AWS::ApiGatewayV2::DomainName": ["apigateway", "arn:aws:apigateway:eu-west-1::/domainnames/signup", "GET POST AddCertificateToDomain"],
  "AWS::ApiGatewayV2::Integration": api,
  "AWS::ApiGatewayV2::Route": api,
  "AWS::ApiGatewayV2::Stage": api,
  "AWS::Backup::BackupPlan": [
    "backup",
    here("backup", "backup-plan:1-2"),
    "CreateBackupPlan GetBackupPlan UpdateBackupPlan DeleteBackupPlan",
  ],
  "AWS::Backup::BackupSelection": [
    "backup",
    here("backup", "backup-plan:1-2"),
    "CreateBackupSelection GetBackupSelection DeleteBackupSelection",
  ],
  "AWS::Backup::BackupVault": ["backup", here("backup", "backup-vault:a"), "CreateBackupVault DescribeBackupVault DeleteBackupVault"],
  "AWS::CloudWatch::Alarm": [
    "cloudwatch",
    here("cloudwatch", `alarm:${EXAMPLE_STACK}-AlarmsA-b`),
    "PutMetricAlarm DeleteAlarms DescribeAlarms TagResource",
  ],
  "AWS::CloudWatch::Dashboard": [
    "cloudwatch",
    "arn:aws:cloudwatch::111111111111:dashboard/Board-a1",
    "PutDashboard GetDashboard DeleteDashboards",
  ],
  "AWS::CodeDeploy::Application": codedeploy("CreateApplication GetApplication DeleteApplication TagResource"),
  "AWS::CodeDeploy::DeploymentConfig": codedeploy("CreateDeploymentConfig GetDeploymentConfig DeleteDeploymentConfig"),
  "AWS::CodeDeploy::DeploymentGroup": codedeploy(
    "CreateDeploymentGroup UpdateDeploymentGroup CreateDeployment StopDeployment DeleteDeploymentGroup",
  ),
  "AWS::DynamoDB::GlobalTable": [
    "dynamodb",
    here("dynamodb", `table/${EXAMPLE_STACK}-Ledger-a1`),
    "CreateTable CreateTableReplica DescribeTable UpdateTable UpdateTimeToLive UpdateContinuousBackups DeleteTable DeleteTableReplica TagResource BatchWriteItem Scan",
  ],
  "AWS::EC2::EIP": network("elastic-ip/eipalloc-1", "AllocateAddress AssociateAddress DescribeAddresses ReleaseAddress CreateTags"),
  "AWS::EC2::FlowLog": network("vpc-flow-log/fl-1", "CreateFlowLogs DescribeFlowLogs DeleteFlowLogs"),
  "AWS::EC2::InternetGateway": network("internet-gateway/igw-1", "CreateInternetGateway DeleteInternetGateway CreateTags DeleteTags"),
  "AWS::EC2::NatGateway": network("natgateway/nat-1", "CreateNatGateway DescribeNatGateways DeleteNatGateway"),
  "AWS::EC2::Route": network("route-table/rtb-1", "CreateRoute ReplaceRoute DeleteRoute"),
  "AWS::EC2::RouteTable": network("route-table/rtb-1", "CreateRouteTable DeleteRouteTable DescribeRouteTables"),
  "AWS::EC2::SecurityGroup": network(
    "security-group/sg-1",
    "CreateSecurityGroup AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress AuthorizeSecurityGroupIngress DeleteSecurityGroup",
  ),
  "AWS::EC2::Subnet": network("subnet/subnet-1", "CreateSubnet ModifySubnetAttribute DescribeSubnets DeleteSubnet"),
  "AWS::EC2::SubnetRouteTableAssociation": network(
    "route-table/rtb-1",
    "AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
  ),
  "AWS::EC2::VPC": network("vpc/vpc-1", "CreateVpc ModifyVpcAttribute DescribeVpcs DescribeVpcAttribute DeleteVpc"),
  "AWS::EC2::VPCEndpoint": network("vpc-endpoint/vpce-1", "CreateVpcEndpoint ModifyVpcEndpoint DescribeVpcEndpoints DeleteVpcEndpoints"),
  "AWS::EC2::VPCGatewayAttachment": network("internet-gateway/igw-1", "AttachInternetGateway DetachInternetGateway"),
  "AWS::Events::ApiDestination": [
    "events",
    here("events", "api-destination/a/b"),
    "CreateApiDestination UpdateApiDestination DeleteApiDestination",
  ],
  "AWS::Events::Archive": ["events", here("events", "archive/a"), "CreateArchive UpdateArchive DescribeArchive DeleteArchive"],
  "AWS::Events::Connection": [
    "events",
    here("events", "connection/a/b"),
    "CreateConnection UpdateConnection DescribeConnection DeleteConnection",
  ],
  "AWS::Events::EventBus": [
    "events",
    here("events", `event-bus/${EXAMPLE_STACK}.events`),
    "CreateEventBus DescribeEventBus DeleteEventBus TagResource",
  ],
  "AWS::Events::Rule": [
    "events",
    here("events", `rule/${EXAMPLE_STACK}.events/a`),
    "PutRule PutTargets RemoveTargets DescribeRule ListTargetsByRule DeleteRule",
  ],
  "AWS::IAM::Policy": ["iam", role, "PutRolePolicy GetRolePolicy DeleteRolePolicy"],
  "AWS::IAM::Role": [
    "iam",
    role,
    "CreateRole GetRole UpdateAssumeRolePolicy AttachRolePolicy DetachRolePolicy DeleteRole TagRole PassRole",
  ],
  "AWS::Lambda::Alias": lambda(
    "CreateAlias UpdateAlias GetAlias DeleteAlias PutProvisionedConcurrencyConfig DeleteProvisionedConcurrencyConfig",
  ),
  "AWS::Lambda::EventInvokeConfig": lambda(
    "PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig",
  ),
  "AWS::Lambda::EventSourceMapping": [
    "lambda",
    here("lambda", "event-source-mapping:1-2"),
    "CreateEventSourceMapping UpdateEventSourceMapping GetEventSourceMapping DeleteEventSourceMapping TagResource",
  ],
  "AWS::Lambda::Function": lambda(
    "CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration PutFunctionConcurrency DeleteFunctionConcurrency DeleteFunction TagResource",
  ),
  "AWS::Lambda::LayerVersion": [
    "lambda",
    here("lambda", `layer:${EXAMPLE_STACK}-a1b2`),
    "PublishLayerVersion GetLayerVersion DeleteLayerVersion",
  ],
  "AWS::Lambda::Permission": lambda("AddPermission RemovePermission GetPolicy"),
  "AWS::Lambda::Version": lambda("PublishVersion ListVersionsByFunction GetFunctionConfiguration"),
  "AWS::Logs::LogGroup": [
    "logs",
    here("logs", `log-group:${EXAMPLE_STACK}-A-b`),
    "CreateLogGroup PutRetentionPolicy DescribeLogGroups DeleteLogGroup TagResource",
  ],
  "AWS::Logs::MetricFilter": [
    "logs",
    here("logs", `log-group:${EXAMPLE_STACK}-A-b`),
    "PutMetricFilter DescribeMetricFilters DeleteMetricFilter",
  ],
  "AWS::Logs::QueryDefinition": ["logs", "*", "PutQueryDefinition DescribeQueryDefinitions DeleteQueryDefinition"],
  "AWS::Logs::ResourcePolicy": ["logs", "*", "PutResourcePolicy DescribeResourcePolicies DeleteResourcePolicy"],
  "AWS::Route53::HealthCheck": [
    "route53",
    "arn:aws:route53:::healthcheck/1-2",
    "CreateHealthCheck GetHealthCheck UpdateHealthCheck DeleteHealthCheck",
  ],
  "AWS::Route53::RecordSet": [
    "route53",
    "arn:aws:route53:::hostedzone/Z0123456789ABC",
    "ChangeResourceRecordSets GetHostedZone ListResourceRecordSets",
  ],
  "AWS::S3::Bucket": [
    "s3",
    `arn:aws:s3:::${EXAMPLE_STACK.toLowerCase()}-auditarchivebucket-a1`,
    "CreateBucket PutBucketVersioning PutBucketObjectLockConfiguration PutEncryptionConfiguration PutLifecycleConfiguration PutBucketPublicAccessBlock PutBucketOwnershipControls PutBucketTagging GetBucketVersioning DeleteBucket",
  ],
  "AWS::S3::BucketPolicy": [
    "s3",
    `arn:aws:s3:::${EXAMPLE_STACK.toLowerCase()}-auditarchivebucket-a1`,
    "PutBucketPolicy GetBucketPolicy DeleteBucketPolicy",
  ],
  "AWS::SES::ConfigurationSet": [
    "ses",
    here("ses", "configuration-set/a"),
    "CreateConfigurationSet GetConfigurationSet PutConfigurationSetSendingOptions DeleteConfigurationSet TagResource",
  ],
  "AWS::SES::ConfigurationSetEventDestination": [
    "ses",
    here("ses", "configuration-set/a"),
    "CreateConfigurationSetEventDestination GetConfigurationSetEventDestinations UpdateConfigurationSetEventDestination DeleteConfigurationSetEventDestination",
  ],
  "AWS::SNS::Subscription": [
    "sns",
    here("sns", `${EXAMPLE_STACK}-AlarmsTopic-a`),
    "Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes",
  ],
  "AWS::SNS::Topic": [
    "sns",
    here("sns", `${EXAMPLE_STACK}-AlarmsTopic-a`),
    "CreateTopic SetTopicAttributes GetTopicAttributes DeleteTopic TagResource",
  ],
  "AWS::KMS::Key": [
    "kms",
    here("kms", "key/a"),
    "CreateKey DescribeKey PutKeyPolicy EnableKeyRotation GetKeyRotationStatus ScheduleKeyDeletion TagResource",
  ],
  "AWS::SNS::TopicPolicy": ["sns", here("sns", `${EXAMPLE_STACK}-AlarmsTopic-a`), "SetTopicAttributes"],
  "AWS::SQS::Queue": [
    "sqs",
    here("sqs", `${EXAMPLE_STACK}-EventsQueue-a`),
    "CreateQueue SetQueueAttributes GetQueueAttributes DeleteQueue TagQueue",
  ],
  "AWS::SQS::QueuePolicy": ["sqs", here("sqs", `${EXAMPLE_STACK}-EventsQueue-a`), "SetQueueAttributes"],
  "AWS::SecretsManager::Secret": [
    "secretsmanager",
    here("secretsmanager", "secret:A-b"),
    "CreateSecret GetRandomPassword DescribeSecret UpdateSecret DeleteSecret TagResource",
  ],
  "AWS::WAFv2::WebACL": [
    "wafv2",
    here("wafv2", "regional/webacl/a/b"),
    "CreateWebACL GetWebACL UpdateWebACL DeleteWebACL ListTagsForResource",
  ],
  "AWS::WAFv2::WebACLAssociation": [
    "wafv2",
    here("wafv2", "regional/webacl/a/b"),
    "AssociateWebACL DisassociateWebACL GetWebACLForResource",
  ],
};

describe("CloudFormation's execution role", () => {
  const document = policyDocument([...executionStatements, ...optionStatements]);

  it("may handle every type of resource that a stack may hold, and no other", () => {
    expect(Object.keys(asked).sort()).toEqual(types);
  });

  it.each(Object.entries(asked))("may make, change and remove %s", (_, [service, resource, actions]) => {
    const missing = actions.split(" ").filter((action) => !grants(document, `${service}:${action}`, resource));
    expect(missing).toEqual([]);
  });

  it("needs only the first of its policy documents to create a stack without options", () => {
    const plain = new Set(Object.values(synthesize().template.toJSON().Resources as Record<string, Resource>).map(({ Type }) => Type));
    const data = /^(BatchWriteItem|Scan|CreateTableReplica|DeleteTableReplica)$/;
    const missing = [...plain].flatMap((type) => {
      const [service, resource, actions] = asked[type] as (typeof asked)[string];
      return actions
        .split(" ")
        .filter((action) => !data.test(action) && !grants(policyDocument(executionStatements), `${service}:${action}`, resource));
    });
    expect(missing).toEqual([]);
  });

  it.each([
    ["tables under a key of the owner's", "kms:CreateGrant", here("kms", "key/a")],
    ["log groups under such a key", "logs:AssociateKmsKey", here("logs", `log-group:${EXAMPLE_STACK}-ConsoleFunctionLogs-a`)],
    ["roles under a boundary", "iam:PutRolePermissionsBoundary", role],
    ["log groups of HTTP APIs", "logs:CreateLogGroup", here("logs", `log-group:/aws/vendedlogs/${EXAMPLE_STACK}.Console-a`)],
  ])("may make %s", (_, action, resource) => expect(grants(document, action, resource)).toBe(true));

  it("may let services create their own roles, such as API Gateway's for a custom domain", () => {
    const { Condition } = executionStatements.find(({ Sid }) => Sid === "ServiceRoles") ?? {};
    expect(Condition?.StringEquals?.["iam:AWSServiceName"]).toContain("ops.apigateway.amazonaws.com");
  });

  it.each([
    ["calls no function", "lambda:InvokeFunction", lambda("")[1]],
    ["touches no role of others", "iam:PutRolePolicy", "arn:aws:iam::111111111111:role/Admin"],
    ["makes no user", "iam:CreateUser", "arn:aws:iam::111111111111:user/a"],
    ["touches no table of others", "dynamodb:DeleteTable", here("dynamodb", "table/Orders")],
  ])("%s", (_, action, resource) => expect(grants(document, action, resource)).toBe(false));

  it("may not read rows if there are no replicas", () => {
    expect(grants(policyDocument(executionStatements), "dynamodb:Scan", here("dynamodb", `table/${EXAMPLE_STACK}-Ledger-a1`))).toBe(false);
  });
});

describe("the documented policies to paste", () => {
  it.each(Object.keys(policies))("%s fits into a managed policy, and each statement's name is unique", (name) => {
    const { Statement } = policies[name] as (typeof policies)[string];
    expect(JSON.stringify(policies[name]).length).toBeLessThan(6_144);
    const names = Statement.map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
    for (const each of names) expect(each).toMatch(/^[A-Za-z0-9]+$/);
  });

  it("name tables as the template does", () => {
    const ids = Object.entries(resources).flatMap(([id, { Type }]) => (Type === "AWS::DynamoDB::GlobalTable" ? [id] : []));
    const named = Object.values(tableConstructs).map((construct) => ids.filter((id) => id.startsWith(construct)));
    expect(named.map((found) => found.length)).toEqual(named.map(() => 1));
    expect(named.length).toBe(ids.length);
    expect(Object.keys(tables).sort()).toEqual(Object.keys(tableConstructs).sort());
  });

  it.each<[GrantPlace, string]>([
    ["the credentials", "AWS::SecretsManager::Secret"],
    ["the key of hashes", "AWS::SecretsManager::Secret"],
    ["the alarms", "AWS::CloudWatch::Alarm"],
    ["the alarms' topic", "AWS::SNS::Topic"],
  ])("name %s as the template does", (place, type) => {
    const [arn = ""] = buildPlaceArns(place);
    const [, name = ""] = /[:](?:secret:\*|alarm:Gatehouse-|Gatehouse-)?([A-Za-z]+)\*$/.exec(arn) ?? [];
    expect(Object.entries(resources).filter(([id, { Type }]) => Type === type && id.includes(name))).not.toEqual([]);
  });

  it("let viewers change nothing, and read no secret except the key of hashes", () => {
    for (const name of ["look", "preview"]) {
      const actions = policies[name]?.Statement.flatMap(({ Action }) => Action) ?? [];
      expect(actions.filter((action) => !/:(BatchGet|Describe|FilterLogEvents|Get|List|Query|Scan)/.test(action))).toEqual([]);
      expect(
        grants(policies[name] as never, "secretsmanager:GetSecretValue", here("secretsmanager", "secret:CredentialsSecret40F8BB41-a")),
      ).toBe(false);
    }
  });

  it("let viewers verify the trail against the mark of its archive", () => {
    expect(grants(policies.look as never, "dynamodb:GetItem", buildPlaceArns("ledger")[0]?.replace("*", "eu-west-1") ?? "")).toBe(true);
  });

  it("let list editors in AWS's console read no other table", () => {
    const may = tablePlaces.filter((table) =>
      grants(policies["edit-the-list"] as never, "dynamodb:Scan", buildPlaceArns(table)[0]?.replace("*", "eu-west-1") ?? ""),
    );
    expect(may).toEqual(["accessList"]);
  });
});
