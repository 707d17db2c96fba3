import { type AnyTableName, tables } from "../adapters/tables/tables";

/** Places of permissions besides tables, by their names in the documents. */
export type OtherPlace =
  | "the stack"
  | "the credentials"
  | "the key of hashes"
  | "the functions"
  | "the bus"
  | "the alarms"
  | "the alarms' topic"
  | "the log groups"
  | "the CDK's roles"
  | "all secrets of the stack"
  | "a bucket of yours"
  | "the trust store"
  | "the audit trail's archive"
  | "the account";

export type GrantPlace = AnyTableName | `${AnyTableName} indexes` | OtherPlace;

/** Actions by place. "Query sns: CreateTopic" stands for DynamoDB's Query and SNS's CreateTopic. */
export type ActionNeeds = Readonly<Partial<Record<GrantPlace, string>>>;

/** Permissions of AWS that commands need. */
export interface VerbPermissions {
  /** The first words of each command: "list add". */
  readonly commands: readonly string[];
  /** True if the commands only read. */
  readonly looks: boolean;
  readonly needs: readonly ActionNeeds[];
  /** Other commands that these commands run. Their permissions are needed too. */
  readonly runs?: readonly string[];
}

export const tablePlaces = Object.keys(tables) as readonly AnyTableName[];

/** The first call of every command for a stack. */
export const stack: ActionNeeds = { "the stack": "cloudformation: DescribeStacks" };
/** For commands that name the commit of a policy version. The template's metadata contains it. */
export const commit: ActionNeeds = { "the stack": "cloudformation: GetTemplateSummary" };
export const caller: ActionNeeds = { "the account": "sts: GetCallerIdentity" };
/** For commands that inspect the stack's resources. */
export const resources: ActionNeeds = { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources", ...caller };
export const personKey: ActionNeeds = { "the key of hashes": "secretsmanager: GetSecretValue" };
/**
 * For changes that the audit log records. The log names rows by keyed hashes, so the command reads the key. The log also names the author,
 * by `GetCallerIdentity`, which AWS allows to every caller with credentials.
 */
export const auditNeeds: ActionNeeds = { ...personKey, ...caller, audit: "PutItem Query" };
export const decisions: ActionNeeds = { decisions: "BatchGetItem Query", "decisions indexes": "Query" };
export const approvals: ActionNeeds = { approvals: "BatchGetItem", "approvals indexes": "Query" };
export const accounts: ActionNeeds = { "accounts indexes": "Query" };
/** For commands that check if the list denies somebody. A partner's entries count only while it is a partner. */
export const denials: ActionNeeds = { accessList: "BatchGetItem", decisions: "BatchGetItem" };
/** For commands that check if the list denies somebody, and that warn of domains that look like known ones. */
export const warnings: ActionNeeds = { ...denials, ledger: "BatchGetItem" };
/** Rows that a policy's rules may read. */
export const rows = onTables(["accessList", "profiles", "referenceData", "ledger", "approvals"], "BatchGetItem");
export const credentials: readonly ActionNeeds[] = [stack, { "the credentials": "secretsmanager: GetSecretValue", ledger: "GetItem" }];
/** For commands that sign in to Entra. With AZURE_FEDERATED_TOKEN_SOURCE=aws, AWS signs the token for the sign-in. */
export const signIn: ActionNeeds = { "the account": "sts: GetWebIdentityToken" };
/** For commands that write many rows of the access list at once, and the change set of these rows. */
export const listEdits: ActionNeeds = {
  accessList: "BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem",
  listChanges: "GetItem PutItem Query UpdateItem",
};
export const secretsRead: ActionNeeds = { "all secrets of the stack": "secretsmanager: GetSecretValue" };
export const secretsSeen: ActionNeeds = { "all secrets of the stack": "secretsmanager: DescribeSecret" };
/** With `graphSignIn: "role"`: the roles, their applications, and the issuer of the account's tokens. */
export const graphRoles: readonly ActionNeeds[] = [
  { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources" },
  secretsRead,
  { "the account": "iam: GetOutboundWebIdentityFederationInfo" },
];
/** Permissions to restore a table's rows. */
export const rowsBack = onTables(tablePlaces, "BatchGetItem DescribeTable PutItem Scan");

/** Declares commands that only read. @param commands separated by commas */
export function look(commands: string, ...needs: readonly ActionNeeds[]): VerbPermissions {
  return { commands: commands.split(", "), looks: true, needs };
}

/** Declares commands that write, or show data that not every reader may see. @param commands separated by commas */
export function act(commands: string, ...needs: readonly ActionNeeds[]): VerbPermissions {
  return { commands: commands.split(", "), looks: false, needs };
}

/** Declares a command that consists of others. */
export function runs(command: string, others: readonly string[]): VerbPermissions {
  return { commands: [command], looks: false, needs: [], runs: others };
}

export function onTables(places: readonly GrantPlace[], actions: string): ActionNeeds {
  return Object.fromEntries(places.map((place) => [place, actions]));
}
