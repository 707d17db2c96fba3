import { ARCHIVE_BUCKET, allow, EXAMPLE_ACCOUNT, EXAMPLE_STACK, type Statement } from "./policy-document";

const here = (service: string, resource: string) => `arn:aws:${service}:*:${EXAMPLE_ACCOUNT}:${resource}`;
const roles = [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/${EXAMPLE_STACK}-*`];
const functions = ["function", "layer"].map((kind) => here("lambda", `${kind}:${EXAMPLE_STACK}-*`));

/** Permissions that the CDK's execution role needs for a stack. A comment says why a resource cannot have a narrower name. */
export const executionStatements: readonly Statement[] = [
  allow(
    "Functions",
    "lambda: AddPermission RemovePermission TagResource UntagResource Create* Delete* Get* List* Publish* Put* Update*",
    functions,
  ),
  // Lambda generates the id of an event source mapping.
  allow("Streams", "lambda: *EventSourceMapping ListTags TagResource UntagResource", ["*"]),
  allow(
    "Roles",
    `iam:
      AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy
      ListAttachedRolePolicies ListRolePolicies PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy
      UpdateRole UpdateRoleDescription`,
    roles,
  ),
  allow("RolesForServices", "iam: PassRole", roles, {
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
  // Four services create a role when they are first used: EventBridge for a recipe's calls, AWS Backup, API Gateway for custom domains, and
  // DynamoDB for replicas.
  allow("ServiceRoles", "iam: CreateServiceLinkedRole", [`arn:aws:iam::${EXAMPLE_ACCOUNT}:role/aws-service-role/*`], {
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
    `dynamodb:
      CreateTable CreateTableReplica DeleteResourcePolicy DeleteTable DeleteTableReplica Describe* GetResourcePolicy ListTagsOfResource
      PutResourcePolicy TagResource UntagResource UpdateContinuousBackups UpdateContributorInsights UpdateKinesisStreamingDestination
      UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive`,
    [here("dynamodb", `table/${EXAMPLE_STACK}-*`)],
  ),
  // These actions list existing resources, whatever their names.
  allow("Lists", "application-autoscaling: Describe* logs: Describe* cloudwatch: Describe* ec2: Describe* s3: GetBucketLocation", ["*"]),
  allow(
    "Logs",
    `logs:
      AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteMetricFilter DeleteRetentionPolicy DisassociateKmsKey GetDataProtectionPolicy
      ListTagsForResource PutMetricFilter PutRetentionPolicy TagResource UntagResource`,
    ["", "/aws/events/", "/aws/vendedlogs/"].map((prefix) =>
      here("logs", `log-group:${prefix}${EXAMPLE_STACK}${prefix === "" ? "-" : ""}*`),
    ),
  ),
  // The names of log deliveries, and of policies of the whole account, do not contain the stack's name.
  allow(
    "LogDelivery",
    `logs:
      CreateLogDelivery DeleteLogDelivery DeleteResourcePolicy GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery`,
    ["*"],
  ),
  // CloudWatch generates the ids of saved queries.
  allow("LogQueries", "logs: DeleteQueryDefinition PutQueryDefinition", ["*"]),
  // API Gateway generates the ids of APIs, their keys and domains.
  allow("Apis", "apigateway: *", ["arn:aws:apigateway:*::/*"]),
  // The names of secrets do not begin with the stack's name.
  allow(
    "Secrets",
    `secretsmanager:
      CreateSecret DeleteSecret DescribeSecret GetRandomPassword PutSecretValue TagResource UntagResource UpdateSecret`,
    ["*"],
  ),
  allow("OwnSecrets", "secretsmanager: GetSecretValue", [here("secretsmanager", "secret:*")], {
    StringLike: { "aws:ResourceTag/aws:cloudformation:stack-name": [`${EXAMPLE_STACK}*`] },
  }),
  // A recipe's connection stores its key in EventBridge's own secret.
  allow("ConnectionSecrets", "secretsmanager: GetSecretValue", [here("secretsmanager", "secret:events!connection/*")]),
  // CloudFormation generates the names of a bus's rules, connections and archives.
  allow("Events", "events: Create* Delete* Describe* List* PutPermission PutRule PutTargets Remove* TagResource UntagResource Update*", [
    here("events", "*"),
  ]),
  allow("Topics", "sns: CreateTopic DeleteTopic Get* List* Set* Subscribe TagResource Unsubscribe UntagResource", [
    here("sns", `${EXAMPLE_STACK}-*`),
  ]),
  // CloudFormation generates the set's name.
  allow(
    "Mails",
    `ses:
      CreateConfigurationSet CreateConfigurationSetEventDestination DeleteConfigurationSet DeleteConfigurationSetEventDestination
      DescribeConfigurationSet GetConfigurationSet GetConfigurationSetEventDestinations ListTagsForResource PutConfigurationSet*
      TagResource UntagResource UpdateConfigurationSetEventDestination`,
    [here("ses", "configuration-set/*")],
  ),
  allow("Queues", "sqs: CreateQueue DeleteQueue Get* ListQueueTags SetQueueAttributes TagQueue UntagQueue", [
    here("sqs", `${EXAMPLE_STACK}-*`),
  ]),
  allow(
    "Alarms",
    `cloudwatch:
      DeleteAlarms DeleteDashboards GetDashboard ListTagsForResource PutDashboard PutMetricAlarm TagResource UntagResource`,
    // The ARN of a dashboard has no region. CloudFormation generates a dashboard's name.
    [here("cloudwatch", `alarm:${EXAMPLE_STACK}-*`), `arn:aws:cloudwatch::${EXAMPLE_ACCOUNT}:dashboard/*`],
  ),
  // Assets: the code of functions, and a trust store. Bootstrap: the version of the CDK's bootstrap template.
  allow("Assets", "s3: GetObject GetObjectVersion", [`arn:aws:s3:::cdk-hnb659fds-assets-${EXAMPLE_ACCOUNT}-*/*`]),
  allow("Bootstrap", "ssm: GetParameters", [here("ssm", "parameter/cdk-bootstrap/*")]),
];

/**
 * Statements for the options auditArchive, backup, canary, customDomain.failover, encryptionKey, fixedOutgoingAddress, replicas and waf.
 */
export const optionStatements: readonly Statement[] = [
  // AWS Backup generates a plan's id, and encrypts copies with its own key.
  allow(
    "Backup",
    "backup: Create* Delete* Describe* Get* List* Put* TagResource UntagResource Update* backup-storage: Mount MountCapsule",
    ["*"],
  ),
  allow("BackupKey", "kms: CreateGrant Decrypt DescribeKey GenerateDataKey RetireGrant", [here("kms", "key/*")], {
    StringLike: { "kms:ViaService": ["backup.*.amazonaws.com"] },
  }),
  allow(
    "AuditArchive",
    `s3:
      CreateBucket DeleteBucket DeleteBucketPolicy Get* ListBucket ListTagsForResource PutBucket* PutEncryptionConfiguration
      PutLifecycleConfiguration TagResource UntagResource`,
    [ARCHIVE_BUCKET],
  ),
  // The option encryptionKey needs the next two statements. The first allows any resource, because a new key has no name. The second allows
  // the use of the key, which the creator of an encrypted resource needs.
  allow("EncryptionKey", "kms: CreateKey", ["*"]),
  allow(
    "EncryptionKeyUse",
    `kms:
      CreateGrant Decrypt DescribeKey EnableKeyRotation Encrypt GenerateDataKey GetKeyPolicy GetKeyRotationStatus ListResourceTags
      PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription`,
    [here("kms", "key/*")],
  ),
  allow(
    "Canary",
    "codedeploy: Create* Delete* Get* List* RegisterApplicationRevision StopDeployment TagResource UntagResource Update*",
    // CloudFormation generates the names of applications, configurations and groups.
    [here("codedeploy", "application:*"), here("codedeploy", "deploymentconfig:*"), here("codedeploy", "deploymentgroup:*")],
  ),
  // DynamoDB copies the rows into a new replica with the permissions of the caller who creates the replica.
  allow("Replicas", "dynamodb: BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem", [
    here("dynamodb", `table/${EXAMPLE_STACK}-*`),
  ]),
  allow("SecretReplicas", "secretsmanager: RemoveRegionsFromReplication ReplicateSecretToRegions", [here("secretsmanager", "secret:*")]),
  allow(
    "Failover",
    "route53: ChangeResourceRecordSets ChangeTagsForResource *HealthCheck Get* List*",
    // You can replace the star in the last ARN by the id of your hosted zone.
    ["arn:aws:route53:::healthcheck/*", "arn:aws:route53:::change/*", "arn:aws:route53:::hostedzone/*"],
  ),
  // EC2 generates the ids of a network's parts.
  allow(
    "Network",
    `ec2:
      AllocateAddress Associate* AttachInternetGateway AuthorizeSecurityGroup* CreateFlowLogs CreateInternetGateway CreateNatGateway
      CreateRoute CreateRouteTable CreateSecurityGroup CreateSubnet CreateTags CreateVpc CreateVpcEndpoint DeleteFlowLogs
      DeleteInternetGateway DeleteNatGateway DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSubnet DeleteTags DeleteVpc
      DeleteVpcEndpoints DetachInternetGateway Disassociate* ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint ReleaseAddress
      ReplaceRoute ReplaceRouteTableAssociation RevokeSecurityGroup*`,
    ["*"],
  ),
  // CloudFormation generates the name of a web ACL.
  allow(
    "Firewall",
    `wafv2:
      AssociateWebACL CreateWebACL DeleteWebACL DisassociateWebACL GetWebACL* ListTagsForResource TagResource UntagResource UpdateWebACL`,
    ["*"],
  ),
];
