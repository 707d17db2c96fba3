import { ARCHIVE_BUCKET, EXAMPLE_ACCOUNT, EXAMPLE_STACK } from "./places";
import { allow, iamActions, type Statement } from "./policy-document";

const here = (service: string, resource: string) => `arn:aws:${service}:*:${EXAMPLE_ACCOUNT}:${resource}`;
const roles = [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/${EXAMPLE_STACK}-*`];
const functions = ["function", "layer"].map((kind) => here("lambda", `${kind}:${EXAMPLE_STACK}-*`));

/** CloudFormation's permissions for a stack: the policy of the CDK's execution role. A comment says why a resource has no narrower name. */
export const executionStatements: readonly Statement[] = [
  allow(
    "Functions",
    iamActions("lambda: AddPermission RemovePermission TagResource UntagResource Create* Delete* Get* List* Publish* Put* Update*"),
    functions,
  ),
  // A mapping goes by an id that Lambda gives.
  allow("Streams", ["lambda:*EventSourceMapping", "lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"], ["*"]),
  allow(
    "Roles",
    iamActions(`iam:
      AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy
      ListAttachedRolePolicies ListRolePolicies PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy
      UpdateRole UpdateRoleDescription`),
    roles,
  ),
  allow("RolesForServices", ["iam:PassRole"], roles, {
    StringEquals: {
      "iam:PassedToService": [
        "apigateway.amazonaws.com",
        "backup.amazonaws.com",
        "codedeploy.amazonaws.com",
        "events.amazonaws.com",
        "lambda.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
      ],
    },
  }),
  // Custom domains, replicas and calls by EventBridge (recipes): their services make a role of their own the first time.
  allow("ServiceRoles", ["iam:CreateServiceLinkedRole"], [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/aws-service-role/*`], {
    StringEquals: {
      "iam:AWSServiceName": [
        "apidestinations.events.amazonaws.com",
        "backup.amazonaws.com",
        "ops.apigateway.amazonaws.com",
        "replication.dynamodb.amazonaws.com",
      ],
    },
  }),
  allow(
    "Tables",
    iamActions(`dynamodb:
      CreateTable CreateTableReplica DeleteResourcePolicy DeleteTable DeleteTableReplica Describe* GetResourcePolicy ListTagsOfResource
      PutResourcePolicy TagResource UntagResource UpdateContinuousBackups UpdateContributorInsights UpdateKinesisStreamingDestination
      UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive`),
    [here("dynamodb", `table/${EXAMPLE_STACK}-*`)],
  ),
  // They list what there is.
  allow(
    "Lists",
    ["application-autoscaling:Describe*", "logs:Describe*", "cloudwatch:Describe*", "ec2:Describe*", "s3:GetBucketLocation"],
    ["*"],
  ),
  allow(
    "Logs",
    iamActions(`logs:
      AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DisassociateKmsKey GetDataProtectionPolicy
      ListTagsForResource PutMetricFilter PutRetentionPolicy TagResource UntagResource`),
    ["", "/aws/events/", "/aws/vendedlogs/"].map((prefix) =>
      here("logs", `log-group:${prefix}${EXAMPLE_STACK}${prefix === "" ? "-" : ""}*`),
    ),
  ),
  // An account's policies and deliveries of logs bear no stack's name.
  allow(
    "LogDelivery",
    iamActions(`logs:
      CreateLogDelivery DeleteLogDelivery DeleteResourcePolicy GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery`),
    ["*"],
  ),
  // Saved queries go by ids that CloudWatch gives.
  allow("LogQueries", ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"], ["*"]),
  // APIs, their keys and domains go by ids that API Gateway gives.
  allow("Apis", ["apigateway:*"], ["arn:aws:apigateway:*::/*"]),
  // Secrets bear no stack's name.
  allow(
    "Secrets",
    iamActions(`secretsmanager:
      CreateSecret DeleteSecret DescribeSecret GetRandomPassword PutSecretValue TagResource UntagResource UpdateSecret`),
    ["*"],
  ),
  allow("OwnSecrets", ["secretsmanager:GetSecretValue"], [here("secretsmanager", "secret:*")], {
    StringLike: { "aws:ResourceTag/aws:cloudformation:stack-name": [`${EXAMPLE_STACK}*`] },
  }),
  // A recipe's connection keeps its key in a secret of EventBridge's.
  allow("ConnectionSecrets", ["secretsmanager:GetSecretValue"], [here("secretsmanager", "secret:events!connection/*")]),
  // Rules, connections and archives of a bus bear names that CloudFormation makes up from what they are for.
  allow(
    "Events",
    iamActions("events: Create* Delete* Describe* List* PutPermission PutRule PutTargets Remove* TagResource UntagResource Update*"),
    [here("events", "*")],
  ),
  allow("Topics", iamActions("sns: CreateTopic DeleteTopic Get* List* Set* Subscribe TagResource Unsubscribe UntagResource"), [
    here("sns", `${EXAMPLE_STACK}-*`),
  ]),
  allow("Queues", iamActions("sqs: CreateQueue DeleteQueue Get* ListQueueTags SetQueueAttributes TagQueue UntagQueue"), [
    here("sqs", `${EXAMPLE_STACK}-*`),
  ]),
  allow(
    "Alarms",
    iamActions(`cloudwatch:
      DeleteAlarms DeleteDashboards GetDashboard ListTagsForResource PutDashboard PutMetricAlarm TagResource UntagResource`),
    // A dashboard bears no region, and a name that CloudFormation makes up from what it is for.
    [here("cloudwatch", `alarm:${EXAMPLE_STACK}-*`), `arn:aws:cloudwatch::${EXAMPLE_ACCOUNT}:dashboard/*`],
  ),
  // The code of functions, a trust store, and the version that a template asks for.
  allow("Assets", ["s3:GetObject", "s3:GetObjectVersion"], [`arn:aws:s3:::cdk-hnb659fds-assets-${EXAMPLE_ACCOUNT}-*/*`]),
  allow("Bootstrap", ["ssm:GetParameters"], [here("ssm", "parameter/cdk-bootstrap/*")]),
];

/**
 * Permissions, in a document of their own, for the options auditArchive, backup, canary, customDomain.failover, encryptionKey,
 * fixedOutgoingAddress, replicas and waf.
 */
export const optionStatements: readonly Statement[] = [
  // A plan goes by an id that AWS Backup gives. Copies are encrypted by AWS Backup's own key.
  allow(
    "Backup",
    [
      ...iamActions("backup: Create* Delete* Describe* Get* List* Put* TagResource UntagResource Update*"),
      ...iamActions("backup-storage: Mount MountCapsule"),
    ],
    ["*"],
  ),
  allow(
    "BackupKey",
    ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant"],
    [here("kms", "key/*")],
    {
      StringLike: { "kms:ViaService": ["backup.*.amazonaws.com"] },
    },
  ),
  allow(
    "AuditArchive",
    iamActions(`s3:
      CreateBucket DeleteBucket DeleteBucketPolicy Get* ListBucket ListTagsForResource PutBucket* PutEncryptionConfiguration
      PutLifecycleConfiguration TagResource UntagResource`),
    [ARCHIVE_BUCKET],
  ),
  // The option encryptionKey. A key is made without a name, and what it is to encrypt asks for it with the rights of who makes that.
  allow("EncryptionKey", ["kms:CreateKey"], ["*"]),
  allow(
    "EncryptionKeyUse",
    iamActions(`kms:
      CreateGrant Decrypt DescribeKey EnableKeyRotation Encrypt GenerateDataKey GetKeyPolicy GetKeyRotationStatus ListResourceTags
      PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription`),
    [here("kms", "key/*")],
  ),
  allow(
    "Canary",
    iamActions("codedeploy: Create* Delete* Get* List* RegisterApplicationRevision StopDeployment TagResource UntagResource Update*"),
    // CloudFormation makes the names up from what they are for.
    [here("codedeploy", "application:*"), here("codedeploy", "deploymentconfig:*"), here("codedeploy", "deploymentgroup:*")],
  ),
  // DynamoDB fills a replica with the rights of the caller.
  allow("Replicas", iamActions("dynamodb: BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem"), [
    here("dynamodb", `table/${EXAMPLE_STACK}-*`),
  ]),
  allow(
    "SecretReplicas",
    ["secretsmanager:RemoveRegionsFromReplication", "secretsmanager:ReplicateSecretToRegions"],
    [here("secretsmanager", "secret:*")],
  ),
  allow(
    "Failover",
    iamActions("route53: ChangeResourceRecordSets ChangeTagsForResource *HealthCheck Get* List*"),
    // Put the id of your zone for the last star.
    ["arn:aws:route53:::healthcheck/*", "arn:aws:route53:::change/*", "arn:aws:route53:::hostedzone/*"],
  ),
  // EC2 generates the ids of a network's parts.
  allow(
    "Network",
    iamActions(`ec2:
      AllocateAddress Associate* AttachInternetGateway AuthorizeSecurityGroup* CreateFlowLogs CreateInternetGateway CreateNatGateway
      CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet CreateTags CreateVpc CreateVpcEndpoint DeleteFlowLogs
      DeleteInternetGateway DeleteNatGateway DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc
      DeleteVpcEndpoints DetachInternetGateway Disassociate* ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress
      ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroup*`),
    ["*"],
  ),
  // A list of rules bears a name that CloudFormation makes up.
  allow(
    "Firewall",
    iamActions(`wafv2:
      AssociateWebACL CreateWebACL DeleteWebACL DisassociateWebACL GetWebACL* ListTagsForResource TagResource UntagResource UpdateWebACL`),
    ["*"],
  ),
];
