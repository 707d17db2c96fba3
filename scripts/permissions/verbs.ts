import { type GrantPlace, tablePlaces } from "./places";
import { iamActions } from "./policy-document";

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
const stack: Allowed = { "the stack": ["cloudformation:DescribeStacks"] };
/** For commands that inspect the stack's resources. */
const resources: Allowed = {
  "the stack": iamActions("cloudformation: DescribeStacks GetTemplate ListStackResources"),
  "the account": ["sts:GetCallerIdentity"],
};
const personKey: Allowed = { "the key of hashes": ["secretsmanager:GetSecretValue"] };
/** For changes that the audit trail records, with their author: it names rows by keyed hashes. AWS allows the call to everyone who signs. */
const audited: Allowed = {
  ...personKey,
  "the account": ["sts:GetCallerIdentity"],
  audit: ["dynamodb:PutItem", "dynamodb:Query"],
};
const decisions: Allowed = { decisions: ["dynamodb:BatchGetItem", "dynamodb:Query"], "decisions indexes": ["dynamodb:Query"] };
const approvals: Allowed = { approvals: ["dynamodb:BatchGetItem"], "approvals indexes": ["dynamodb:Query"] };
/** Whether the list denies somebody. A partner's entries count while it is a partner. */
const denials: Allowed = { accessList: ["dynamodb:BatchGetItem"], decisions: ["dynamodb:BatchGetItem"] };
/** The same, and domains that look like known ones. */
const warnings: Allowed = { ...denials, ledger: ["dynamodb:BatchGetItem"] };
/** Rows that a policy's rules may read. */
const rows: Allowed = Object.fromEntries(
  ["accessList", "profiles", "referenceData", "ledger", "approvals"].map((table) => [table, ["dynamodb:BatchGetItem"]]),
);
/** A person's rows, in any spelling. */
const person: Allowed = {
  ...stack,
  ...personKey,
  ...decisions,
  // A person named by an account is found by a scan of the table.
  decisions: iamActions("dynamodb: BatchGetItem Query Scan"),
  ...approvals,
  "accounts indexes": ["dynamodb:Query"],
  accessList: ["dynamodb:GetItem"],
  profiles: ["dynamodb:BatchGetItem", "dynamodb:Scan"],
  ledger: ["dynamodb:BatchGetItem", "dynamodb:Scan"],
  listChanges: ["dynamodb:Query"],
};
const credentials: Allowed = { ...stack, "the credentials": ["secretsmanager:GetSecretValue"], ledger: ["dynamodb:GetItem"] };

/** For commands that sign in to Entra: with AZURE_FEDERATED_TOKEN_SOURCE=aws, AWS vouches for them. */
const signIn: Allowed = { "the account": ["sts:GetWebIdentityToken"] };

/** Restores a table's rows. */
const rowsBack = iamActions("dynamodb: BatchGetItem DescribeTable PutItem Scan");

const smoke: Allowed = {
  ...resources,
  ...credentials,
  ...decisions,
  "the stack": iamActions("cloudformation: DescribeStacks GetTemplate ListStackResources"),
  "the alarms": iamActions("cloudwatch: DescribeAlarmHistory DescribeAlarms SetAlarmState"),
  "the alarms' topic": ["sns:ListSubscriptionsByTopic"],
};

const ownVerbs: readonly VerbGroup[] = [
  {
    commands: ["list show", "list export", "list lint"],
    looks: true,
    allows: { ...stack, accessList: iamActions("dynamodb: BatchGetItem GetItem Scan") },
  },
  {
    // A partner's domain: its entries count while it is a partner's.
    commands: ["list check"],
    looks: true,
    allows: { ...stack, accessList: ["dynamodb:BatchGetItem"], decisions: ["dynamodb:BatchGetItem"] },
  },
  {
    commands: ["list tidy"],
    looks: false,
    allows: { ...stack, accessList: iamActions("dynamodb: DeleteItem GetItem PutItem Scan") },
  },
  { commands: ["list changes"], looks: true, allows: { ...stack, listChanges: ["dynamodb:GetItem", "dynamodb:Query"] } },
  {
    commands: ["list add --dry-run", "list allow --dry-run", "list approval --dry-run", "list deny --dry-run"],
    looks: true,
    allows: { ...stack, ...personKey, ...rows, ...decisions, accessList: ["dynamodb:BatchGetItem", "dynamodb:GetItem"] },
  },
  {
    commands: ["list add", "list allow", "list approval", "list deny", "list remove", "list import", "list revert"],
    looks: false,
    allows: {
      ...stack,
      accessList: iamActions("dynamodb: BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem Scan UpdateItem"),
      listChanges: iamActions("dynamodb: GetItem PutItem Query UpdateItem"),
      ...audited,
      // Look-alikes of allowed domains.
      ledger: ["dynamodb:BatchGetItem"],
    },
  },
  { commands: ["decisions"], looks: true, allows: { ...stack, ...decisions, ...approvals, accessList: ["dynamodb:GetItem"] } },
  {
    commands: ["incident select"],
    looks: false,
    allows: {
      ...stack,
      ...decisions,
      "the account": ["sts:GetCallerIdentity"],
      listChanges: iamActions("dynamodb: PutItem Query UpdateItem"),
    },
  },
  {
    commands: ["incident act", "incident confirm", "incident undo"],
    looks: false,
    allows: {
      ...stack,
      ...decisions,
      ...audited,
      // Journeys: an account is found by their keyed hash.
      ledger: ["dynamodb:GetItem"],
      "the account": ["sts:GetCallerIdentity", ...(signIn["the account"] ?? [])],
      accessList: iamActions("dynamodb: BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem"),
      listChanges: iamActions("dynamodb: GetItem PutItem Query UpdateItem"),
    },
  },
  { commands: ["incident show"], looks: true, allows: { ...stack, ...decisions, listChanges: ["dynamodb:GetItem", "dynamodb:Query"] } },
  {
    commands: ["why"],
    looks: true,
    allows: {
      ...stack,
      ...personKey,
      ...rows,
      ...approvals,
      ...decisions,
      accessList: ["dynamodb:BatchGetItem", "dynamodb:GetItem"],
    },
  },
  { commands: ["preview"], looks: true, allows: { ...stack, ...personKey, ...rows, ...decisions } },
  { commands: ["approvals", "approvals list", "approvals show"], looks: true, allows: { ...stack, ...decisions, ...approvals } },
  {
    commands: ["approvals approve", "approvals retry", "approvals reopen"],
    looks: false,
    allows: {
      ...stack,
      ...warnings,
      ...decisions,
      ...approvals,
      approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
      ledger: ["dynamodb:BatchGetItem", "dynamodb:GetItem"],
    },
  },
  {
    commands: ["approvals deny", "approvals reassign", "approvals remind"],
    looks: false,
    allows: {
      ...stack,
      ...decisions,
      ...approvals,
      approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
      ledger: ["dynamodb:GetItem"],
    },
  },
  { commands: ["approvals delegations"], looks: true, allows: { ...stack, ledger: ["dynamodb:GetItem"] } },
  {
    commands: ["approvals delegate", "approvals undelegate"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      ledger: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    },
  },
  { commands: ["invite list"], looks: true, allows: { ...stack, ...approvals } },
  {
    commands: ["invite", "invite send", "invite resend", "invite extend", "invite transfer"],
    looks: false,
    allows: { ...stack, ...personKey, ...approvals, approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"], ...warnings },
  },
  {
    commands: ["invite oldest"],
    looks: false,
    allows: { ...stack, ...approvals, approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"], ...warnings },
  },
  {
    commands: ["invite revoke"],
    looks: false,
    allows: { ...stack, ...approvals, approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"] },
  },
  { commands: ["gate", "gate show"], looks: true, allows: { ...stack, decisions: ["dynamodb:Query"] } },
  {
    commands: ["gate open", "gate approval", "gate listed", "gate closed"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      decisions: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
    },
  },
  { commands: ["expiry", "expiry list", "expiry due"], looks: true, allows: { ...stack, "accounts indexes": ["dynamodb:Query"] } },
  {
    commands: ["expiry show"],
    looks: true,
    allows: { ...stack, ...personKey, accounts: ["dynamodb:GetItem"], "accounts indexes": ["dynamodb:Query"] },
  },
  { commands: ["expiry runs"], looks: true, allows: { ...stack, ledger: ["dynamodb:GetItem"] } },
  {
    commands: ["expiry confirm"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      // People whose access has ended.
      "accounts indexes": ["dynamodb:Query"],
      ledger: ["dynamodb:GetItem", "dynamodb:PutItem"],
    },
  },
  {
    commands: ["expiry extend", "expiry renew"],
    looks: false,
    allows: {
      ...stack,
      ...denials,
      ...audited,
      accounts: ["dynamodb:GetItem", "dynamodb:PutItem"],
      "accounts indexes": ["dynamodb:Query"],
      // The mark that blocks a person whose access has ended.
      ledger: ["dynamodb:DeleteItem"],
    },
  },
  {
    commands: ["expiry end"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      accounts: ["dynamodb:GetItem", "dynamodb:PutItem"],
      "accounts indexes": ["dynamodb:Query"],
    },
  },
  {
    commands: ["expiry adopt"],
    looks: false,
    allows: {
      ...stack,
      ...decisions,
      ...audited,
      "the account": ["sts:GetCallerIdentity", ...(signIn["the account"] ?? [])],
      accounts: ["dynamodb:GetItem", "dynamodb:PutItem"],
      "accounts indexes": ["dynamodb:Query"],
      // Journeys: an account is found by their keyed hash.
      ledger: ["dynamodb:GetItem"],
      // The sponsor in a request.
      "approvals indexes": ["dynamodb:Query"],
    },
  },
  {
    commands: ["partners list"],
    looks: true,
    allows: { ...stack, decisions: ["dynamodb:Query"], "accessList indexes": ["dynamodb:Scan"] },
  },
  { commands: ["partners show"], looks: true, allows: { ...stack, decisions: ["dynamodb:BatchGetItem"] } },
  {
    commands: ["partners add", "partners check", "partners remove"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      decisions: iamActions("dynamodb: BatchGetItem DeleteItem PutItem Query"),
      // Ends entries of a lapsed or removed partner's contacts.
      accessList: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"],
      "accessList indexes": ["dynamodb:Query"],
    },
  },
  {
    commands: ["audit list", "audit show", "audit verify"],
    looks: true,
    allows: {
      ...stack,
      ...personKey,
      audit: ["dynamodb:GetItem", "dynamodb:Query"],
      "audit indexes": ["dynamodb:Query"],
      // The mark of the entry that was archived last.
      ledger: ["dynamodb:GetItem"],
      // Every version: overwritten ones are checked too. The lock shows which may be missing.
      "the audit trail's archive": iamActions("s3: GetBucketObjectLockConfiguration GetObject GetObjectVersion ListBucketVersions"),
    },
  },
  { commands: ["audit terms proof"], looks: true, allows: { ...stack, ...personKey, ledger: ["dynamodb:GetItem"] } },
  { commands: ["audit terms check"], looks: true, allows: { ...stack, ledger: ["dynamodb:GetItem"] } },
  { commands: ["person export"], looks: true, allows: { ...person, audit: ["dynamodb:Query"] } },
  {
    commands: ["person forget-account"],
    looks: false,
    allows: {
      ...audited,
      ledger: ["dynamodb:DeleteItem", "dynamodb:GetItem"],
    },
  },
  {
    commands: ["person erase"],
    looks: false,
    allows: {
      ...person,
      "the account": ["sts:GetCallerIdentity"],
      // Only an entry's details are removed: the chain reveals any other change.
      audit: iamActions("dynamodb: PutItem Query UpdateItem"),
      accessList: ["dynamodb:DeleteItem", "dynamodb:GetItem"],
      decisions: iamActions("dynamodb: BatchGetItem DeleteItem Query Scan UpdateItem"),
      approvals: ["dynamodb:BatchGetItem", "dynamodb:DeleteItem"],
      accounts: ["dynamodb:DeleteItem"],
      profiles: iamActions("dynamodb: BatchGetItem DeleteItem Scan"),
      ledger: iamActions("dynamodb: BatchGetItem DeleteItem Scan UpdateItem"),
      listChanges: iamActions("dynamodb: DeleteItem GetItem Query UpdateItem"),
    },
  },
  {
    // With --since it compares Entra's log with the decisions, and stores the result for the console.
    commands: ["entra check"],
    looks: false,
    allows: { ...credentials, ...decisions, ...signIn, ledger: ["dynamodb:GetItem", "dynamodb:PutItem"] },
  },
  {
    commands: ["entra plan", "entra apply", "entra pull", "entra types", "entra remove"],
    looks: false,
    allows: { ...credentials, ...signIn },
  },
  { commands: ["entra credentials show", "simulate"], looks: false, allows: credentials },
  {
    commands: ["entra credentials rotate", "entra credentials revoke", "entra rotate"],
    looks: false,
    allows: {
      ...credentials,
      ...signIn,
      "the credentials": iamActions("secretsmanager: GetSecretValue PutSecretValue UpdateSecretVersionStage"),
    },
  },
  { commands: ["smoke"], looks: false, allows: smoke },
  {
    commands: ["doctor"],
    looks: false,
    allows: {
      ...resources,
      // Tables that the app passes in may have any name.
      "the account": [
        ...[
          "acm:DescribeCertificate",
          "apigateway:GET",
          "lambda:GetAccountSettings",
          "lambda:GetEventSourceMapping",
          "ses:GetAccount",
          "ses:GetEmailIdentity",
        ],
        ...["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "ssm:GetParameter", "sts:GetCallerIdentity"],
      ],
      "the CDK's roles": ["sts:AssumeRole"],
      accessList: ["dynamodb:GetItem", "dynamodb:Scan"],
      "accessList indexes": ["dynamodb:Scan"],
      decisions: ["dynamodb:Query"],
      listChanges: ["dynamodb:Query"],
      "approvals indexes": ["dynamodb:Query"],
      "accounts indexes": ["dynamodb:Query"],
      "decisions indexes": ["dynamodb:Query"],
      ledger: ["dynamodb:BatchGetItem"],
      "all secrets of the stack": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      "the alarms' topic": ["sns:GetTopicAttributes"],
      "the trust store": ["s3:GetObject"],
    },
  },
  {
    commands: ["secrets list"],
    looks: true,
    allows: { ...resources, "all secrets of the stack": ["secretsmanager:DescribeSecret"] },
  },
  {
    // A member that is not typed keeps its value.
    commands: ["secrets set"],
    looks: false,
    allows: { ...resources, "all secrets of the stack": iamActions("secretsmanager: DescribeSecret GetSecretValue PutSecretValue") },
  },
  {
    commands: ["backup", "backup save"],
    looks: false,
    allows: {
      ...stack,
      ...everyTable(["dynamodb:Scan"]),
      "all secrets of the stack": ["secretsmanager:GetSecretValue"],
      // The read detects an existing object early; without it, S3 reports it at the end.
      "a bucket of yours": iamActions("s3: AbortMultipartUpload GetObject PutObject"),
    },
  },
  {
    commands: ["backup restore"],
    looks: false,
    allows: {
      ...stack,
      ...everyTable(rowsBack),
      // Adds uses that the backup records to existing rows.
      ledger: [...rowsBack, "dynamodb:UpdateItem"],
      // The audit trail records in advance who restores rows.
      audit: [...rowsBack, "dynamodb:Query"],
      "the account": ["sts:GetCallerIdentity"],
      "all secrets of the stack": ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
      "a bucket of yours": ["s3:GetObject"],
    },
  },
  {
    commands: ["backup standby"],
    looks: true,
    allows: { ...resources, ...everyTable(["dynamodb:DescribeTable"]), "all secrets of the stack": ["secretsmanager:DescribeSecret"] },
  },
  {
    // Its codes let people in, so not every reader may have it.
    commands: ["table export"],
    looks: false,
    allows: { ...stack, profiles: ["dynamodb:Scan"], referenceData: ["dynamodb:Query", "dynamodb:Scan"] },
  },
  {
    commands: ["invite codes list"],
    looks: false,
    allows: { ...stack, ...personKey, ledger: ["dynamodb:BatchGetItem"], referenceData: ["dynamodb:Query", "dynamodb:Scan"] },
  },
  {
    commands: ["invite codes revoke"],
    looks: false,
    allows: {
      ...stack,
      ...audited,
      ledger: ["dynamodb:BatchGetItem"],
      referenceData: ["dynamodb:DeleteItem", "dynamodb:GetItem"],
    },
  },
  {
    commands: ["table import", "invite codes create"],
    looks: false,
    allows: {
      ...stack,
      // The audit trail records in advance whose rows these are.
      ...audited,
      profiles: iamActions("dynamodb: BatchGetItem PutItem Scan UpdateItem"),
      referenceData: iamActions("dynamodb: BatchGetItem PutItem Query Scan UpdateItem"),
    },
  },
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
  const places = [...new Set(groups.flatMap(({ allows }) => Object.keys(allows) as GrantPlace[]))];
  return Object.fromEntries(places.map((place) => [place, [...new Set(groups.flatMap(({ allows }) => allows[place] ?? []))].sort()]));
}

function everyTable(actions: readonly string[]): Allowed {
  return Object.fromEntries(tablePlaces.map((table) => [table, actions]));
}

/** Each command's actions, by its words. */
export const askedByCommand: Readonly<Record<string, Allowed>> = Object.fromEntries(
  verbGroups.flatMap(({ commands, allows }) => commands.map((command) => [command, allows])),
);
