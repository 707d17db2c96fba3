import { type GrantPlace, tablePlaces } from "./places";
import { iamActions } from "./policy-document";

/** Actions by place, in the form of `iamActions`. */
type Needs = Readonly<Partial<Record<GrantPlace, string>>>;

/** A command's AWS actions, by place. */
export type Allowed = Readonly<Partial<Record<GrantPlace, readonly string[]>>>;

/** Commands that need the same AWS actions. */
export interface VerbGroup {
  /** The first words of each: "list add". */
  readonly commands: readonly string[];
  readonly allows: Allowed;
  /** True if it only reads. */
  readonly looks: boolean;
}

/** Every command for a stack begins with this call. */
const stack: Needs = { "the stack": "cloudformation: DescribeStacks" };
/** The commit behind a policy version stands in the template's metadata. */
const commit: Needs = { "the stack": "cloudformation: GetTemplateSummary" };
const caller: Needs = { "the account": "sts: GetCallerIdentity" };
/** For commands that inspect the stack's resources. */
const resources: Needs = { "the stack": "cloudformation: DescribeStacks GetTemplate ListStackResources", ...caller };
const personKey: Needs = { "the key of hashes": "secretsmanager: GetSecretValue" };
/** For changes that the audit trail records, with their author: it names rows by keyed hashes. AWS allows the call to everyone who signs. */
const audited: Needs = { ...personKey, ...caller, audit: "PutItem Query" };
const decisions: Needs = { decisions: "BatchGetItem Query", "decisions indexes": "Query" };
const approvals: Needs = { approvals: "BatchGetItem", "approvals indexes": "Query" };
const accounts: Needs = { "accounts indexes": "Query" };
/** Whether the list denies somebody. A partner's entries count while it is a partner. */
const denials: Needs = { accessList: "BatchGetItem", decisions: "BatchGetItem" };
/** The same, and domains that look like known ones. */
const warnings: Needs = { ...denials, ledger: "BatchGetItem" };
/** Rows that a policy's rules may read. */
const rows = onTables(["accessList", "profiles", "referenceData", "ledger", "approvals"], "BatchGetItem");
/** A person's rows, in any spelling. A person named by an account is found by a scan of the table. */
const person: readonly Needs[] = [
  stack,
  personKey,
  decisions,
  approvals,
  accounts,
  { decisions: "Scan", accessList: "GetItem", profiles: "BatchGetItem Scan", ledger: "BatchGetItem Scan", listChanges: "Query" },
];
const credentials: readonly Needs[] = [stack, { "the credentials": "secretsmanager: GetSecretValue", ledger: "GetItem" }];
/** For commands that sign in to Entra: with AZURE_FEDERATED_TOKEN_SOURCE=aws, AWS vouches for them. */
const signIn: Needs = { "the account": "sts: GetWebIdentityToken" };
/** Writes of the access list, many rows at once, and their change set. */
const listEdits: Needs = {
  accessList: "BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem",
  listChanges: "GetItem PutItem Query UpdateItem",
};
const secretsRead: Needs = { "all secrets of the stack": "secretsmanager: GetSecretValue" };
const secretsSeen: Needs = { "all secrets of the stack": "secretsmanager: DescribeSecret" };
/** Restores a table's rows. */
const rowsBack = onTables(tablePlaces, "BatchGetItem DescribeTable PutItem Scan");

/** @param commands separated by commas */
function makeGroup(looks: boolean, commands: string, needs: readonly Needs[]): VerbGroup {
  return { commands: commands.split(", "), looks, allows: together(needs.map(allowedBy)) };
}

/** Commands that only read. */
function look(commands: string, ...needs: readonly Needs[]): VerbGroup {
  return makeGroup(true, commands, needs);
}

/** Commands that write, or show what not every reader may see. */
function act(commands: string, ...needs: readonly Needs[]): VerbGroup {
  return makeGroup(false, commands, needs);
}

const ownVerbs: readonly VerbGroup[] = [
  look("list show, list export, list lint", stack, { accessList: "BatchGetItem GetItem Scan" }),
  // A partner's domain: its entries count while it is a partner's.
  look("list check", stack, denials),
  act("list tidy", stack, { accessList: "DeleteItem GetItem PutItem Scan" }),
  look("list changes", stack, { listChanges: "GetItem Query" }),
  look(
    "list add --dry-run, list allow --dry-run, list approval --dry-run, list deny --dry-run",
    stack,
    personKey,
    rows,
    approvals,
    decisions,
    {
      accessList: "GetItem",
    },
  ),
  // Look-alikes of allowed domains are in the ledger.
  act("list add, list allow, list approval, list deny, list remove, list import, list revert", stack, listEdits, audited, {
    accessList: "Scan",
    ledger: "BatchGetItem",
  }),
  look("decisions", stack, commit, decisions, approvals, { accessList: "GetItem" }),
  act("incident select", stack, decisions, caller, { listChanges: "PutItem Query UpdateItem" }),
  // Journeys: an account is found by their keyed hash.
  act("incident act, incident confirm, incident undo", stack, decisions, audited, signIn, listEdits, { ledger: "GetItem" }),
  look("incident show", stack, decisions, { listChanges: "GetItem Query" }),
  look("why", stack, commit, personKey, rows, approvals, decisions, { accessList: "GetItem" }),
  look("preview", stack, personKey, rows, approvals, decisions),
  look("approvals, approvals list, approvals show", stack, decisions, approvals),
  act("approvals approve, approvals retry, approvals reopen", stack, warnings, decisions, approvals, {
    approvals: "PutItem",
    ledger: "GetItem",
  }),
  act("approvals deny, approvals reassign, approvals remind", stack, decisions, approvals, { approvals: "PutItem", ledger: "GetItem" }),
  look("approvals delegations", stack, { ledger: "GetItem" }),
  act("approvals delegate, approvals undelegate", stack, audited, { ledger: "GetItem UpdateItem" }),
  look("invite list", stack, approvals),
  act("invite, invite send, invite resend, invite extend, invite transfer", stack, personKey, approvals, warnings, {
    approvals: "PutItem",
  }),
  act("invite oldest", stack, approvals, warnings, { approvals: "PutItem" }),
  act("invite revoke", stack, approvals, { approvals: "PutItem" }),
  look("gate, gate show", stack, { decisions: "Query" }),
  act("gate open, gate approval, gate listed, gate closed", stack, audited, { decisions: "BatchGetItem PutItem" }),
  look("expiry, expiry list, expiry due", stack, accounts),
  look("expiry show", stack, personKey, accounts, { accounts: "GetItem" }),
  look("expiry runs", stack, { ledger: "GetItem" }),
  // People whose access has ended.
  act("expiry confirm", stack, audited, accounts, { ledger: "GetItem PutItem" }),
  // In the ledger is the mark that blocks a person whose access has ended.
  act("expiry extend, expiry renew", stack, denials, audited, accounts, { accounts: "GetItem PutItem", ledger: "DeleteItem" }),
  act("expiry end", stack, audited, accounts, { accounts: "GetItem PutItem" }),
  // The sponsor is in a request. Journeys: an account is found by their keyed hash.
  act("expiry adopt", stack, decisions, audited, signIn, accounts, {
    accounts: "GetItem PutItem",
    ledger: "GetItem",
    "approvals indexes": "Query",
  }),
  look("partners list", stack, { decisions: "Query", "accessList indexes": "Scan" }),
  look("partners show", stack, { decisions: "BatchGetItem" }),
  // Ends entries of a lapsed or removed partner's contacts.
  act("partners add, partners check, partners remove", stack, audited, {
    decisions: "BatchGetItem DeleteItem PutItem Query",
    accessList: "BatchGetItem UpdateItem",
    "accessList indexes": "Query",
  }),
  look("audit list, audit show, audit verify", stack, personKey, {
    audit: "GetItem Query",
    "audit indexes": "Query",
    // The mark of the entry that was archived last.
    ledger: "GetItem",
    // Every version: overwritten ones are checked too. The lock shows which may be missing.
    "the audit trail's archive": "s3: GetBucketObjectLockConfiguration GetObject GetObjectVersion ListBucketVersions",
  }),
  look("audit terms proof", stack, personKey, { ledger: "GetItem" }),
  look("audit terms check", stack, { ledger: "GetItem" }),
  look("person export", ...person, { audit: "Query" }),
  act("person forget-account", audited, { ledger: "DeleteItem GetItem" }),
  act("person erase", ...person, caller, {
    // Only an entry's details are removed: the chain reveals any other change.
    audit: "PutItem Query UpdateItem",
    ...onTables(["accessList", "approvals", "accounts", "profiles"], "DeleteItem"),
    ...onTables(["decisions", "ledger"], "DeleteItem UpdateItem"),
    listChanges: "DeleteItem GetItem UpdateItem",
  }),
  // With --since it compares Entra's log with the decisions, and stores the result for the console.
  act("entra check", ...credentials, decisions, signIn, { ledger: "PutItem" }),
  act("entra plan, entra apply, entra pull, entra types, entra remove", ...credentials, signIn),
  act("entra credentials show, simulate", ...credentials),
  act("entra credentials rotate, entra credentials revoke, entra rotate", ...credentials, signIn, {
    "the credentials": "secretsmanager: PutSecretValue UpdateSecretVersionStage",
  }),
  act("smoke", resources, ...credentials, decisions, {
    "the alarms": "cloudwatch: DescribeAlarmHistory DescribeAlarms SetAlarmState",
    "the alarms' topic": "sns: ListSubscriptionsByTopic",
  }),
  act("doctor", resources, accounts, secretsSeen, secretsRead, {
    // Tables that the app passes in may have any name.
    "the account": `DescribeTable DescribeTimeToLive acm: DescribeCertificate apigateway: GET lambda: GetAccountSettings
      GetEventSourceMapping ses: GetAccount GetEmailIdentity ssm: GetParameter`,
    "the CDK's roles": "sts: AssumeRole",
    accessList: "GetItem Scan",
    "accessList indexes": "Scan",
    ...onTables(["decisions", "listChanges", "approvals indexes", "decisions indexes"], "Query"),
    ledger: "BatchGetItem",
    "the alarms' topic": "sns: GetTopicAttributes",
    "the trust store": "s3: GetObject",
  }),
  look("secrets list", resources, secretsSeen),
  // A member that is not typed keeps its value.
  act("secrets set", resources, secretsSeen, secretsRead, { "all secrets of the stack": "secretsmanager: PutSecretValue" }),
  // The read detects an existing object early; without it, S3 reports it at the end.
  act("backup, backup save", stack, onTables(tablePlaces, "Scan"), secretsRead, {
    "a bucket of yours": "s3: AbortMultipartUpload GetObject PutObject",
  }),
  act("backup restore", stack, rowsBack, caller, secretsRead, {
    // Adds uses that the backup records to existing rows.
    ledger: "UpdateItem",
    // The audit trail records in advance who restores rows.
    audit: "Query",
    "all secrets of the stack": "secretsmanager: PutSecretValue",
    "a bucket of yours": "s3: GetObject",
  }),
  look("backup standby", resources, onTables(tablePlaces, "DescribeTable"), secretsSeen),
  // Its codes let people in, so not every reader may have it.
  act("table export", stack, { profiles: "Scan", referenceData: "Query Scan" }),
  act("invite codes list", stack, personKey, { ledger: "BatchGetItem", referenceData: "Query Scan" }),
  act("invite codes revoke", stack, audited, { ledger: "BatchGetItem", referenceData: "DeleteItem GetItem" }),
  // The audit trail records in advance whose rows these are.
  act(
    "table import, invite codes create",
    stack,
    audited,
    onTables(["profiles", "referenceData"], "BatchGetItem PutItem Scan UpdateItem"),
    { referenceData: "Query" },
  ),
];

/** Commands that `deploy` runs, besides the CDK. */
const partsOfDeploy = ["doctor", "secrets set", "list allow", "entra apply", "smoke"];

/** Every command that calls AWS, except those for this machine only. */
export const verbGroups: readonly VerbGroup[] = [
  ...ownVerbs,
  {
    commands: ["deploy"],
    looks: false,
    allows: allowedTogether(ownVerbs.filter(({ commands }) => commands.some((each) => partsOfDeploy.includes(each)))),
  },
];

/** All actions together, sorted by place. */
export function allowedTogether(groups: readonly VerbGroup[]): Allowed {
  return together(groups.map(({ allows }) => allows));
}

function together(each: readonly Allowed[]): Allowed {
  const places = [...new Set(each.flatMap((allowed) => Object.keys(allowed) as GrantPlace[]))];
  return Object.fromEntries(places.map((place) => [place, [...new Set(each.flatMap((allowed) => allowed[place] ?? []))].sort()]));
}

function allowedBy(needs: Needs): Allowed {
  return Object.fromEntries(Object.entries(needs).map(([place, words]) => [place, iamActions(words)]));
}

function onTables(places: readonly GrantPlace[], actions: string): Needs {
  return Object.fromEntries(places.map((place) => [place, actions]));
}

/** Each command's actions, by its words. */
export const askedByCommand: Readonly<Record<string, Allowed>> = Object.fromEntries(
  verbGroups.flatMap(({ commands, allows }) => commands.map((command) => [command, allows])),
);
