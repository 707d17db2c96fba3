import { accounts, act, onTables, resources, secretsRead, secretsSeen } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 76,
    name: "doctor",
    topic: "Ship",
    summary: "find what is wrong with an app or a deployment",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  act("doctor", resources, accounts, secretsSeen, secretsRead, {
    // DescribeTable and DescribeTimeToLive are not limited to the stack's tables, because tables that the app passes in may have any name.
    "the account": `DescribeTable DescribeTimeToLive acm: DescribeCertificate apigateway: GET lambda: GetAccountSettings
      GetEventSourceMapping cloudwatch: DescribeAlarms iam: GetOutboundWebIdentityFederationInfo ses: GetAccount GetEmailIdentity ssm: GetParameter`,
    "the CDK's roles": "sts: AssumeRole",
    // If an application signs in to Graph by a role, only its function can tell which permissions it has.
    "the functions": "lambda: InvokeFunction",
    accessList: "GetItem Scan",
    "accessList indexes": "Scan",
    decisions: "BatchGetItem Query",
    ...onTables(["listChanges", "approvals indexes", "decisions indexes"], "Query"),
    ledger: "BatchGetItem",
    approvals: "BatchGetItem",
    accounts: "GetItem",
    "the alarms' topic": "sns: GetTopicAttributes",
    "the trust store": "s3: GetObject",
  }),
];
