import type { AnyTableName } from "../../adapters/tables/tables";
import type { GrantPlace, OtherPlace } from "../../cli/permissions";

/** The account in the documents. Readers replace it by their own. */
export const EXAMPLE_ACCOUNT = "111111111111";
/** The stack's name in the documents. The name of a stage's stack is Gatehouse-NAME. */
export const EXAMPLE_STACK = "Gatehouse";

/** The part of a table's name after the stack's name. CloudFormation adds a random suffix. */
export const tableConstructs: Readonly<Record<AnyTableName, string>> = {
  accessList: "AccessListTable",
  decisions: "DecisionsTable",
  profiles: "Profiles",
  referenceData: "ReferenceData",
  ledger: "Ledger",
  approvals: "Approvals",
  accounts: "Accounts",
  listChanges: "AccessListChanges",
  audit: "TrailTable",
};

/** The bucket of the audit trail's archive. Names of buckets are in lower case. */
export const ARCHIVE_BUCKET = `arn:aws:s3:::${EXAMPLE_STACK.toLowerCase()}-auditarchive*`;

const secret = (name: string) => `arn:aws:secretsmanager:*:${EXAMPLE_ACCOUNT}:secret:${name}`;

/** The ARNs of each place, by the place's name in the documents. The names of secrets do not begin with the stack's name. */
const others = {
  "the stack": [`arn:aws:cloudformation:*:${EXAMPLE_ACCOUNT}:stack/${EXAMPLE_STACK}/*`],
  "the credentials": [secret("*CredentialsSecret*")],
  "the key of hashes": [secret("*DecisionsPersonKey*")],
  "all secrets of the stack": [secret("*")],
  "the functions": [`arn:aws:lambda:*:${EXAMPLE_ACCOUNT}:function:${EXAMPLE_STACK}-*`],
  // CloudFormation generates the bus's name. The names of its EventBridge rules contain the bus's name.
  "the bus": [`arn:aws:events:*:${EXAMPLE_ACCOUNT}:event-bus/*`, `arn:aws:events:*:${EXAMPLE_ACCOUNT}:rule/*`],
  "the alarms": [`arn:aws:cloudwatch:*:${EXAMPLE_ACCOUNT}:alarm:${EXAMPLE_STACK}-Alarms*`],
  "the alarms' topic": [`arn:aws:sns:*:${EXAMPLE_ACCOUNT}:${EXAMPLE_STACK}-AlarmsTopic*`],
  "the log groups": [
    `arn:aws:logs:*:${EXAMPLE_ACCOUNT}:log-group:${EXAMPLE_STACK}-*`,
    // The first of these two ARNs is for the audit log, the second for HTTP APIs.
    `arn:aws:logs:*:${EXAMPLE_ACCOUNT}:log-group:/aws/events/${EXAMPLE_STACK}*`,
    `arn:aws:logs:*:${EXAMPLE_ACCOUNT}:log-group:/aws/vendedlogs/${EXAMPLE_STACK}*`,
  ],
  "the CDK's roles": ["deploy", "file-publishing", "lookup"].map(
    (role) => `arn:aws:iam::${EXAMPLE_ACCOUNT}:role/cdk-hnb659fds-${role}-role-${EXAMPLE_ACCOUNT}-*`,
  ),
  "a bucket of yours": ["arn:aws:s3:::contoso-backups/*"],
  "the trust store": ["arn:aws:s3:::contoso-trust/*", `arn:aws:s3:::cdk-hnb659fds-assets-${EXAMPLE_ACCOUNT}-*/*`],
  "the audit trail's archive": [ARCHIVE_BUCKET, `${ARCHIVE_BUCKET}/*`],
  "the account": ["*"],
} as const satisfies Readonly<Record<OtherPlace, readonly string[]>>;

export function buildPlaceArns(place: GrantPlace): readonly string[] {
  if (Object.hasOwn(others, place)) return others[place as keyof typeof others];
  const name = place.replace(/ indexes$/, "") as AnyTableName;
  const table = `arn:aws:dynamodb:*:${EXAMPLE_ACCOUNT}:table/${EXAMPLE_STACK}-${tableConstructs[name]}*`;
  return [name === place ? table : `${table}/index/*`];
}
