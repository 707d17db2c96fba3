import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { anyText, choiceOf, filled, flag, listOf, mapOf, oneOf, optional, type Schema, wholeNumber } from "../engine/schema";
import { type ApprovalMailOptions, approvalMailOptions } from "./approvals/approval-mail";
import { type AuditArchiveOptions, auditArchiveOptions } from "./audit/audit-archive";
import { type ConsoleOptions, consoleOptions } from "./console/console";
import { type WebhookOptions, webhookOptions } from "./events/webhooks";
import type { AnsweringDefaults } from "./gatehouse-scope";
import { type OutgoingAddressOptions, outgoingAddressOptions } from "./network/outgoing-address";
import { type TableBackupOptions, tableBackupOptions } from "./operations/table-backups";
import { assertOptionsOf, logRetentionOption, optionSchema, textFitting } from "./options";
import { type GateOptions, gateOptions, policyOption } from "./policy-folder/gates";
import type { PolicyStep } from "./policy-folder/policy-folder";
import type { EncryptionKeyOption } from "./resources/encryption-option";
import type { SecretsOption } from "./resources/secret-options";
import { type TablesOption, tablesOption } from "./resources/table-options";
import { SetupError } from "./setup-error";
import { type CanaryOptions, canaryOptions, checkedCanary } from "./sign-up/canary-options";
import { type RotationOptions, rotationOptions } from "./sign-up/connector-rotation";
import { type CustomDomainOptions, customDomainOptions } from "./sign-up/custom-domain";
import { type ExternalTenantOptions, externalTenantOptions } from "./sign-up/external-tenant";

/** Everything that can be chosen about a Gatehouse. */
export interface GatehouseProps {
  /**
   * What happens at each step: the path of the policy folder, from the app's own folder, where cdk.json is. Or what
   * `loadPolicyFolder` has loaded.
   */
  readonly policy: string | readonly PolicyStep[];
  /**
   * Further user flows, by name: each a gate with a policy, paths and credentials of its own, as docs/gates.md says.
   * @default none
   */
  readonly gates?: Readonly<Record<string, GateOptions>>;
  /**
   * Who gets a mail when an alarm rings.
   * @default nobody: the alarms show in CloudWatch
   */
  readonly alarmEmail?: string;
  /**
   * An alarm rings after this many hours without a sign-up call, from 1 to 168. Choose more than the longest quiet time you
   * know: a night, a weekend.
   * @default none: a small tenant is quiet for days
   */
  readonly expectSignUps?: { readonly withinHours: number };
  /**
   * Sign-up calls a second that the gateway lets through; twice as many at once. Calls without the right credentials do
   * not count.
   * @default 50
   */
  readonly rateLimit?: number;
  /**
   * How long logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * A web application firewall in front of the API. Costs about $7 a month.
   * @default false
   */
  readonly waf?: boolean;
  /**
   * A domain name of your own for the API; with a trust store, callers have to show a client certificate too.
   * @default the address that API Gateway gives
   */
  readonly customDomain?: CustomDomainOptions;
  /**
   * Calls of systems outside leave by one fixed address: the steps whose rules name a service run in a network of their
   * own. Costs about $37 a month, as docs/outgoing-address.md says.
   * @default false
   */
  readonly fixedOutgoingAddress?: boolean | OutgoingAddressOptions;
  /**
   * Web pages for operators, who sign in with Entra: docs/console.md.
   * @default none
   */
  readonly console?: ConsoleOptions;
  /**
   * The external tenant that calls the gate by custom authentication extensions: docs/external-tenant.md.
   * @default none: API connectors alone call
   */
  readonly externalTenant?: ExternalTenantOptions;
  /**
   * New passwords for the connectors on a schedule, given to them through Microsoft Graph: docs/rotation.md.
   * @default none: by command alone
   */
  readonly rotation?: RotationOptions;
  /**
   * By which kind of API of API Gateway connectors call. "http" costs $1.00 a million calls in place of $3.50, and has no block
   * page where a function cannot answer, no `rateLimit`, no `waf` and no trace of the gateway: docs/costs.md.
   * @default "rest"
   */
  readonly api?: "rest" | "http";
  /**
   * How long decisions are kept, in days.
   * @default 90
   */
  readonly decisionDays?: number;
  /**
   * How long those are kept that let somebody go on after sign-in, in days.
   * @default 14, or decisionDays where that is shorter
   */
  readonly afterSignInDays?: number;
  /**
   * Tables that are there already, such as restored ones, by their names, in place of those that the stack would make. One
   * whose changes functions read (accessList, decisions, approvals) by the ARN of its stream. See docs/storage.md.
   * @default the stack makes all
   */
  readonly tables?: TablesOption;
  /**
   * Secrets that are there already, by their place in the Gatehouse, such as the copies of another region's:
   * `npx --no-install entra-gatehouse standby` prints them. See docs/second-region.md.
   * @default the stack makes all
   */
  readonly secrets?: SecretsOption;
  /**
   * The stack waits in a second region: it answers sign-ups, and leaves to the other region what follows them: events,
   * accounts, mail, overdue requests, rotation. Hand in tables and secrets, unless it has `replicas`. See
   * docs/second-region.md.
   * @default false
   */
  readonly standby?: boolean;
  /**
   * Further regions that hold a copy of each table and secret the stack makes: `["eu-central-1"]`. Every write is paid for
   * in each, and a secret $0.40 a month.
   * The stack's own region has to be known: `env: { region: "eu-west-1" }`.
   * @default none
   */
  readonly replicas?: readonly string[];
  /**
   * Nobody can delete the tables, whoever they are, before this is off again. Turn it on once the first deployment has
   * passed: where that fails, it would keep CloudFormation from taking back the tables it made.
   * @default false: removing the stack leaves the tables, and AWS keeps a deleted one's last backup for 35 days
   */
  readonly deletionProtection?: boolean;
  /**
   * A backup of every table once a day by AWS Backup, in a vault that outlives the stack, as docs/backup.md says:
   * `{ keepDays: 365 }`. Costs about $0.10 a month for each gigabyte of each backup that is kept.
   * @default none: point-in-time recovery alone, for 35 days
   */
  readonly backup?: TableBackupOptions;
  /**
   * A copy of the audit trail in a bucket whose objects nobody can change or delete for so long, as docs/audit-archive.md says:
   * `{ keepDays: 365 }`.
   * @default none: the trail is in its table alone
   */
  readonly auditArchive?: AuditArchiveOptions;
  /**
   * A KMS key of yours encrypts tables, secrets, logs, queues, topics and archived events: its ARN, or true for one that the
   * stack makes. Say where the stack is: `env: { region: "eu-west-1" }`. With `replicas`, one for each region:
   * `{ "eu-west-1": "arn:…", "eu-central-1": "arn:…" }`. A dollar a month and $0.03 for 10,000 uses: docs/hardening.md.
   * @default false: AWS's own keys encrypt all of it
   */
  readonly encryptionKey?: EncryptionKeyOption;
  /**
   * The managed policy that no role of the stack can go beyond, by its ARN: docs/hardening.md.
   * @default none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * Whether the stack sets the role by which API Gateway writes access logs. An account has one in a region, for all of its
   * APIs: turn it off where another stack, or you, have set it. See docs/stages.md.
   * @default true
   */
  readonly setsApiLogRole?: boolean;
  /**
   * Mail to approvers and applicants, as docs/mail.md says; false for none.
   * @default mail in English to approvers, in their own language to applicants
   */
  readonly approvalMail?: false | ApprovalMailOptions;
  /**
   * The application (client) id of the tenant's `b2c-extensions-app`, which registers custom attributes: accounts that are
   * made through Graph can then hold custom attributes that the policy sets and no form collects. See docs/approvals.md.
   * @default the app that the person's own custom attributes name
   */
  readonly extensionsAppId?: string;
  /**
   * Addresses that every event is POSTed to, as docs/events.md says.
   * @default none
   */
  readonly webhooks?: readonly WebhookOptions[];
  /**
   * How long events are kept to be sent again, in days.
   * @default they are not kept
   */
  readonly eventArchiveDays?: number;
  /**
   * A new version of the functions that answer sign-ups gets a share of the calls first, and is taken back where it fails
   * closed, crashes or is slow: docs/deploying.md. True for ten percent for ten minutes.
   * @default false: a new version answers all calls at once
   */
  readonly canary?: boolean | CanaryOptions;
  /**
   * How many instances of each function that answers sign-ups, or checks who calls, are kept started: nobody waits for one
   * to start. About $9 a month each.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  /**
   * How many instances of each function that answers sign-ups, or checks who calls, nothing else in the account can take.
   * It runs in no more. See docs/hardening.md.
   * @default none: all functions of the account share its concurrency
   */
  readonly reservedConcurrency?: number;
  /**
   * X-Ray traces of every call.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * A CloudWatch dashboard. Costs $3 a month beyond the account's first three.
   * @default false
   */
  readonly dashboard?: boolean;
  /**
   * Where alarms say the runbook is.
   * @default "docs/runbook.md"
   */
  readonly runbookUrl?: string;
}

const yes = optional(flag(""));
const off: Schema<false> = { means: "", json: { type: "boolean" }, wants: "false", accepts: (value) => value === false };
/** CloudWatch looks back a week at most. */
const MOST_HOURS = 168;
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

/** What each option may be, down to the last key. */
export const gatehouseOptions = optionSchema<GatehouseProps>({
  policy: policyOption,
  gates: optional(mapOf(gateOptions, "")),
  alarmEmail: optional(filled("")),
  expectSignUps: optional(optionSchema<NonNullable<GatehouseProps["expectSignUps"]>>({ withinHours: wholeNumber("", 1, MOST_HOURS) })),
  rateLimit: optional(wholeNumber("", 1)),
  logRetention: optional(logRetentionOption),
  waf: yes,
  customDomain: optional(customDomainOptions),
  fixedOutgoingAddress: optional(choiceOf([flag(""), outgoingAddressOptions], "")),
  console: optional(consoleOptions),
  externalTenant: optional(externalTenantOptions),
  rotation: optional(rotationOptions),
  api: optional(oneOf(["rest", "http"], "")),
  decisionDays: optional(wholeNumber("", 1)),
  afterSignInDays: optional(wholeNumber("", 1)),
  tables: optional(tablesOption),
  secrets: optional(mapOf(anyText(""), "")),
  standby: yes,
  replicas: optional(listOf(textFitting('a region, such as "eu-central-1"', /^[a-z]{2}(-[a-z]+)+-\d$/), "")),
  deletionProtection: yes,
  backup: optional(tableBackupOptions),
  auditArchive: optional(auditArchiveOptions),
  encryptionKey: optional(choiceOf([flag(""), anyText(""), mapOf(anyText(""), "")], "")),
  permissionsBoundaryArn: optional(
    textFitting('the ARN of a managed policy, such as "arn:aws:iam::111111111111:policy/boundary"', POLICY_ARN),
  ),
  setsApiLogRole: yes,
  approvalMail: optional(choiceOf([off, approvalMailOptions], "")),
  extensionsAppId: optional(
    textFitting("an application (client) id, as Entra shows it", (id) => /^[0-9a-f]{32}$/i.test(id.replaceAll("-", ""))),
  ),
  webhooks: optional(listOf(webhookOptions, "")),
  eventArchiveDays: optional(wholeNumber("", 1)),
  canary: optional(choiceOf([flag(""), canaryOptions], "")),
  provisionedConcurrency: optional(wholeNumber("", 1)),
  // With none reserved, Lambda would refuse every call.
  reservedConcurrency: optional(wholeNumber("", 1)),
  tracing: yes,
  dashboard: yes,
  runbookUrl: optional(filled("")),
});

/** Throws a SetupError that names every option, down to the last key, that there is not or that cannot be meant. */
export function assertOptions(options: object): void {
  assertOptionsOf(gatehouseOptions, options);
}

/** What a Gatehouse's options say of the functions that answer sign-ups. Throws SetupError. */
export function answeringDefaults(
  scope: Construct,
  options: Pick<GatehouseProps, "canary" | "provisionedConcurrency" | "reservedConcurrency">,
): AnsweringDefaults {
  const { provisionedConcurrency, reservedConcurrency } = options;
  if (provisionedConcurrency !== undefined && reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    throw new SetupError(
      `Gatehouse's option provisionedConcurrency is ${provisionedConcurrency}, and reservedConcurrency ${reservedConcurrency}, in which its instances count: raise reservedConcurrency to ${provisionedConcurrency} or more.`,
    );
  }
  return { provisionedConcurrency, reservedConcurrency, canary: checkedCanary(scope, options.canary) };
}

/** Gives every role in these places a permissions boundary. */
export function applyBoundary(arn: string, [first, ...others]: readonly [Construct, ...Construct[]]): void {
  const policy = ManagedPolicy.fromManagedPolicyArn(first, "PermissionsBoundary", arn);
  for (const place of [first, ...others]) PermissionsBoundary.of(place).apply(policy);
}
