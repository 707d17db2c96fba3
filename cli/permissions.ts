import { type AnyTableName, tables } from "../adapters/tables/tables";

/** Resources of permissions, besides tables, by their names in the documents. */
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

/** AWS actions, by what they apply to. An action without a service is DynamoDB's: in "Query sns: CreateTopic", Query is DynamoDB's. */
export type ActionNeeds = Readonly<Partial<Record<GrantPlace, string>>>;

/** Names of acts and views whose needs of tables a command has. By name, because the help loads no act. */
export interface OfferedNeeds {
  readonly offers: readonly string[];
}

export interface VerbPermissions {
  /** The first words of each command: "list add". */
  readonly commands: readonly string[];
  readonly looks: boolean;
  readonly needs: readonly (ActionNeeds | OfferedNeeds)[];
  /** The permissions of these commands are needed too. */
  readonly runs?: readonly string[];
}

export const tablePlaces = Object.keys(tables) as readonly AnyTableName[];

/** The permission for the first call of every command that works on a stack. */
export const stack: ActionNeeds = { "the stack": "cloudformation: DescribeStacks" };
/** The commit of a policy version is in the template's metadata. */
export const commit: ActionNeeds = { "the stack": "cloudformation: GetTemplateSummary" };
export const caller: ActionNeeds = { "the account": "sts: GetCallerIdentity" };
export const resources: ActionNeeds = { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources", ...caller };
export const personKey: ActionNeeds = { "the key of hashes": "secretsmanager: GetSecretValue" };
/** An audit entry names rows by keyed hashes. It names its author by GetCallerIdentity, which AWS allows to everybody with credentials. */
export const auditNeeds: ActionNeeds = { ...personKey, ...caller, audit: "PutItem Query" };
export const decisions: ActionNeeds = { decisions: "BatchGetItem Query", "decisions indexes": "Query" };
export const approvals: ActionNeeds = { approvals: "BatchGetItem", "approvals indexes": "Query" };
export const accounts: ActionNeeds = { "accounts indexes": "Query" };
/**
 * The needs of commands that check whether the list denies somebody. They include partners' rows, because a partner's entries count only
 * while the partner's row exists.
 */
export const denials: ActionNeeds = { accessList: "BatchGetItem", decisions: "BatchGetItem" };
/** Like `denials`, for commands that also warn if a domain looks like a known one. */
export const warnings: ActionNeeds = { ...denials, ledger: "BatchGetItem" };
/** The needs of commands that read the rows that a policy's rules ask for. */
export const rows = onTables(["accessList", "profiles", "referenceData", "ledger", "approvals"], "BatchGetItem");
export const credentials: readonly ActionNeeds[] = [stack, { "the credentials": "secretsmanager: GetSecretValue", ledger: "GetItem" }];
/** If AZURE_FEDERATED_TOKEN_SOURCE is aws, AWS signs a token for the sign-in to Entra. */
export const signIn: ActionNeeds = { "the account": "sts: GetWebIdentityToken" };
/** The needs of an act on many people, or on a file: its progress is in the table of change sets. */
export const progress: ActionNeeds = { listChanges: "GetItem PutItem Query UpdateItem" };
/** The needs of commands that write many rows of the access list at once, and the change set that describes the rows. */
export const listEdits: ActionNeeds = {
  accessList: "BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem",
  ...progress,
};
export const secretsRead: ActionNeeds = { "all secrets of the stack": "secretsmanager: GetSecretValue" };
export const secretsSeen: ActionNeeds = { "all secrets of the stack": "secretsmanager: DescribeSecret" };
/** The needs of commands that read how functions sign in to Graph if `graphSignIn` is "role". */
export const graphRoles: readonly ActionNeeds[] = [
  { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources" },
  secretsRead,
  { "the account": "iam: GetOutboundWebIdentityFederationInfo" },
];
export const rowsBack = onTables(tablePlaces, "BatchGetItem DescribeTable PutItem Scan");

/** @param commands separated by commas */
export function look(commands: string, ...needs: VerbPermissions["needs"]): VerbPermissions {
  return { commands: commands.split(", "), looks: true, needs };
}

/** Declares commands that write, or that show data that not every reader may see. @param commands separated by commas */
export function act(commands: string, ...needs: VerbPermissions["needs"]): VerbPermissions {
  return { commands: commands.split(", "), looks: false, needs };
}

export function offer(...offers: readonly string[]): OfferedNeeds {
  return { offers };
}

export function onTables(places: readonly GrantPlace[], actions: string): ActionNeeds {
  return Object.fromEntries(places.map((place) => [place, actions]));
}
