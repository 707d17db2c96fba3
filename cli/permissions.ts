import { type AnyTableName, tables } from "../adapters/tables/tables";

/** Places of permissions beside tables, by their names in the documents. */
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

/** Actions by place: "Query sns: CreateTopic" are DynamoDB's Query and SNS's CreateTopic. */
export type ActionNeeds = Readonly<Partial<Record<GrantPlace, string>>>;

/** Permissions of AWS that commands need. */
export interface VerbPermissions {
  /** The first words of each: "list add". */
  readonly commands: readonly string[];
  /** True if they only read. */
  readonly looks: boolean;
  readonly needs: readonly ActionNeeds[];
  /** Commands that they run, with all that these need. */
  readonly runs?: readonly string[];
}

export const tablePlaces = Object.keys(tables) as readonly AnyTableName[];

/** Every command for a stack begins with this call. */
export const stack: ActionNeeds = { "the stack": "cloudformation: DescribeStacks" };
/** The commit behind a policy version stands in the template's metadata. */
export const commit: ActionNeeds = { "the stack": "cloudformation: GetTemplateSummary" };
export const caller: ActionNeeds = { "the account": "sts: GetCallerIdentity" };
/** For commands that inspect the stack's resources. */
export const resources: ActionNeeds = { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources", ...caller };
export const personKey: ActionNeeds = { "the key of hashes": "secretsmanager: GetSecretValue" };
/** For changes that the audit trail records, with their author: it names rows by keyed hashes. AWS allows the call to everyone who signs. */
export const auditNeeds: ActionNeeds = { ...personKey, ...caller, audit: "PutItem Query" };
export const decisions: ActionNeeds = { decisions: "BatchGetItem Query", "decisions indexes": "Query" };
export const approvals: ActionNeeds = { approvals: "BatchGetItem", "approvals indexes": "Query" };
export const accounts: ActionNeeds = { "accounts indexes": "Query" };
/** For commands that look whether the list denies somebody. A partner's entries count while it is a partner. */
export const denials: ActionNeeds = { accessList: "BatchGetItem", decisions: "BatchGetItem" };
/** The same, and domains that look like known ones. */
export const warnings: ActionNeeds = { ...denials, ledger: "BatchGetItem" };
/** Rows that a policy's rules may read. */
export const rows = onTables(["accessList", "profiles", "referenceData", "ledger", "approvals"], "BatchGetItem");
export const credentials: readonly ActionNeeds[] = [stack, { "the credentials": "secretsmanager: GetSecretValue", ledger: "GetItem" }];
/** For commands that sign in to Entra: with AZURE_FEDERATED_TOKEN_SOURCE=aws, AWS vouches for them. */
export const signIn: ActionNeeds = { "the account": "sts: GetWebIdentityToken" };
/** Writes of the access list, many rows at once, and their change set. */
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
/** Restores a table's rows. */
export const rowsBack = onTables(tablePlaces, "BatchGetItem DescribeTable PutItem Scan");

/** Commands that only read. @param commands separated by commas */
export function look(commands: string, ...needs: readonly ActionNeeds[]): VerbPermissions {
  return { commands: commands.split(", "), looks: true, needs };
}

/** Commands that write, or show what not every reader may see. @param commands separated by commas */
export function act(commands: string, ...needs: readonly ActionNeeds[]): VerbPermissions {
  return { commands: commands.split(", "), looks: false, needs };
}

/** A command that consists of others. */
export function runs(command: string, others: readonly string[]): VerbPermissions {
  return { commands: [command], looks: false, needs: [], runs: others };
}

export function onTables(places: readonly GrantPlace[], actions: string): ActionNeeds {
  return Object.fromEntries(places.map((place) => [place, actions]));
}
