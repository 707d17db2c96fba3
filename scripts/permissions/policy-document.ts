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

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** Builds a statement. @param actions in the form of `iamActions` */
export function allow(Sid: string, actions: string, Resource: readonly string[], Condition?: Statement["Condition"]): Statement {
  return { Sid, Effect: "Allow", Action: iamActions(actions), Resource, Condition };
}

/** "Query sns: CreateTopic Get*" -> ["dynamodb:Query", "sns:CreateTopic", "sns:Get*"]. DynamoDB's actions come first, without a prefix. */
export function iamActions(words: string): readonly string[] {
  let service = "dynamodb:";
  return words
    .trim()
    .split(/\s+/)
    .flatMap((word) => {
      if (!word.endsWith(":")) return [`${service}${word}`];
      service = word;
      return [];
    });
}

export function policyDocument(Statement: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}

/** True if a document allows an action on a resource. Ignores conditions. Only the document may contain wildcards. */
export function grants({ Statement }: PolicyDocument, action: string, resource: string): boolean {
  return Statement.some(
    ({ Action, Resource }) => Action.some((each) => matches(each, action, "i")) && Resource.some((each) => matches(each, resource)),
  );
}

function matches(pattern: string, text: string, flags?: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, flags).test(text);
}
