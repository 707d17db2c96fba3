import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import * as v from "valibot";
import { filled, listOf, wholeNumber } from "../engine/fields";
import { optionSchema } from "../engine/option-schema";
import { type ApprovalMailOptions, approvalMailOptions } from "./approval-mail/approval-mail";
import { type AuditArchiveOptions, auditArchiveOptions } from "./audit-archive/audit-archive";
import { type TableBackupOptions, tableBackupOptions } from "./backup/table-backups";
import { type CanaryOptions, canaryOptions, checkedCanary } from "./canary/canary-options";
import { type ConsoleOptions, consoleOptions } from "./console/console";
import { type EventOptions, eventOptions } from "./decisions/decisions";
import { type ExternalTenantOptions, externalTenantOptions } from "./external-tenant/external-tenant";
import type { AnsweringDefaults } from "./gatehouse-scope";
import { type OutgoingAddressOptions, outgoingAddressOptions } from "./network/outgoing-address";
import { assertOptionsOf, logRetentionOption, textFitting } from "./options";
import { addressAttributeOption, type GateOptions, gateOptions, policyOption } from "./policy-folder/gates";
import type { PolicyStep } from "./policy-folder/policy-folder";
import type { EncryptionKeyOption } from "./resources/encryption-option";
import type { SecretsOption } from "./resources/secret-options";
import { type TablesOption, tablesOption } from "./resources/table-options";
import { type RotationOptions, rotationOptions } from "./rotation/connector-rotation";
import { SetupError } from "./setup-error";
import { type CustomDomainOptions, customDomainOptions } from "./sign-up/custom-domain";
import { type WebhookOptions, webhookOptions } from "./webhooks/webhooks";

/** All options of a Gatehouse. */
export interface GatehouseProps {
  /** The policy folder: its path, relative to the app's folder (where cdk.json is), or what `loadPolicyFolder` has loaded. */
  readonly policy: string | readonly PolicyStep[];
  /**
   * More gates, by name, each with its own policy, paths and credentials: docs/gates.md.
   * @default none
   */
  readonly gates?: Readonly<Record<string, GateOptions>>;
  /**
   * The attribute that holds a person's e-mail address in place of `email`, by its short name, at the gate without a name.
   * Only for `externalTenant`: docs/external-tenant.md.
   * @default `email`
   */
  readonly addressAttribute?: string;
  /**
   * The address that gets a mail when an alarm rings.
   * @default none: CloudWatch shows the alarms
   */
  readonly alarmEmail?: string;
  /**
   * An alarm rings after this many hours without a sign-up call, from 1 to 168. Choose more than your longest quiet time,
   * such as a night or a weekend.
   * @default none, because a small tenant is quiet for days
   */
  readonly expectSignUps?: { readonly withinHours: number };
  /**
   * How many sign-up calls a second the gateway accepts; twice as many in a burst. Calls without the right credentials do not
   * count.
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
   * Your own domain name for the API. With a trust store, callers must also show a client certificate.
   * @default the address that API Gateway gives
   */
  readonly customDomain?: CustomDomainOptions;
  /**
   * Calls to other systems come from one fixed address: steps whose rules call a service run in their own network. Costs
   * about $37 a month: docs/outgoing-address.md.
   * @default false
   */
  readonly fixedOutgoingAddress?: boolean | OutgoingAddressOptions;
  /**
   * Web pages for operators, who sign in with Entra: docs/console.md.
   * @default none
   */
  readonly console?: ConsoleOptions;
  /**
   * The external tenant that calls the gate through custom authentication extensions: docs/external-tenant.md.
   * @default none: only API connectors call
   */
  readonly externalTenant?: ExternalTenantOptions;
  /**
   * Replaces the connectors' passwords on a schedule, through Microsoft Graph: docs/rotation.md.
   * @default none: only the command replaces them
   */
  readonly rotation?: RotationOptions;
  /**
   * The kind of API that connectors call. "http" costs $1.00 for a million calls instead of $3.50, but has no block page if a
   * function cannot answer, no `rateLimit`, no `waf` and no trace of the gateway: docs/costs.md.
   * @default "rest"
   */
  readonly api?: "rest" | "http";
  /**
   * For how many days decisions are kept.
   * @default 90
   */
  readonly decisionDays?: number;
  /**
   * For how many days decisions are kept that let somebody go on after sign-in.
   * @default 14, or decisionDays if that is less
   */
  readonly afterSignInDays?: number;
  /**
   * Existing tables to use instead of new ones, such as restored tables: their names or, if functions read the table's
   * changes (accessList, decisions, approvals), the ARN of its stream. See docs/storage.md.
   * @default the stack creates them all
   */
  readonly tables?: TablesOption;
  /**
   * Existing secrets to use instead of new ones, by their place in the Gatehouse, such as the copies of another region's
   * secrets: `npx --no-install entra-gatehouse standby` prints them. See docs/second-region.md.
   * @default the stack creates them all
   */
  readonly secrets?: SecretsOption;
  /**
   * The stack is the standby in a second region: it answers sign-ups and leaves the rest (events, accounts, mail, overdue
   * requests, rotation) to the other region. It needs `tables` and `secrets`, unless it has `replicas`. See
   * docs/second-region.md.
   * @default false
   */
  readonly standby?: boolean;
  /**
   * More regions with a copy of each table and secret that the stack creates: `["eu-central-1"]`. You pay for every write in
   * each region, and $0.40 a month for a secret. The stack needs a region: `env: { region: "eu-west-1" }`.
   * @default none
   */
  readonly replicas?: readonly string[];
  /**
   * Nobody can delete the tables until this is off again. Turn it on after the first deployment: if that one failed,
   * CloudFormation could not remove the tables it created.
   * @default false: the tables outlive the stack, and AWS keeps the last backup of a deleted table for 35 days
   */
  readonly deletionProtection?: boolean;
  /**
   * AWS Backup backs up every table once a day, to a vault that outlives the stack: `{ keepDays: 365 }`. Costs about $0.10 a
   * month for each gigabyte of each backup: docs/backup.md.
   * @default none: only point-in-time recovery, for 35 days
   */
  readonly backup?: TableBackupOptions;
  /**
   * Copies the audit trail to a bucket where nobody can change or delete it for this time: `{ keepDays: 365 }`. See
   * docs/audit-archive.md.
   * @default none: the trail is only in its table
   */
  readonly auditArchive?: AuditArchiveOptions;
  /**
   * Your own KMS key encrypts tables, secrets, logs, queues, topics and archived events: its ARN, or true for a key that the
   * stack creates. The stack needs a region: `env: { region: "eu-west-1" }`. With `replicas`, give one key for each region:
   * `{ "eu-west-1": "arn:…", "eu-central-1": "arn:…" }`. A key costs $1 a month and $0.03 for 10,000 uses: docs/hardening.md.
   * @default false: AWS's own keys encrypt everything
   */
  readonly encryptionKey?: EncryptionKeyOption;
  /**
   * The ARN of a managed policy that limits every role of the stack: docs/hardening.md.
   * @default none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * Whether the stack sets the role with which API Gateway writes access logs. An account has one such role in each region,
   * for all its APIs: turn this off if you or another stack have set it. See docs/stages.md.
   * @default true
   */
  readonly setsApiLogRole?: boolean;
  /**
   * Mail to approvers and applicants; false for none. See docs/mail.md.
   * @default mail to approvers in English, to applicants in their own language
   */
  readonly approvalMail?: false | ApprovalMailOptions;
  /**
   * The application (client) id of the app that registers custom attributes: `aad-extensions-app` in a workforce tenant, elsewhere
   * `b2c-extensions-app`. Accounts that Graph creates can then have custom attributes that the policy sets and no form collects.
   * See docs/approvals.md.
   * @default the app in the names of the person's custom attributes
   */
  readonly extensionsAppId?: string;
  /**
   * Systems that get every event by an HTTP POST: docs/events.md.
   * @default none
   */
  readonly webhooks?: readonly WebhookOptions[];
  /**
   * The form in which events go out; `{ format: "ocsf" }` for security tools: docs/events.md.
   * @default only Gatehouse's own form
   */
  readonly events?: EventOptions;
  /**
   * For how many days events are kept, so that you can send them again.
   * @default they are not kept
   */
  readonly eventArchiveDays?: number;
  /**
   * A new version of the functions that answer sign-ups first gets a share of the calls, and is rolled back if it fails
   * closed, crashes or is slow; true means ten percent for ten minutes. See docs/deploying.md.
   * @default false: a new version answers all calls at once
   */
  readonly canary?: boolean | CanaryOptions;
  /**
   * How many instances of each function that answers sign-ups or checks callers stay started, so that nobody waits for a cold
   * start. About $9 a month each.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  /**
   * How many instances are reserved for each function that answers sign-ups or checks callers; it never has more. See
   * docs/hardening.md.
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
   * The whole address of the runbook, `"https://wiki.contoso.com/gatehouse-runbook"`: alarms link to its sections.
   * @default alarms name the file in the package and the section
   */
  readonly runbookUrl?: string;
}

const yes = v.optional(v.boolean());
/** CloudWatch looks back a week at most. */
const MOST_HOURS = 168;
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

/** The schema of every option. */
export const gatehouseOptions = optionSchema<GatehouseProps>({
  policy: policyOption,
  gates: v.optional(v.record(v.string(), gateOptions)),
  addressAttribute: v.optional(addressAttributeOption),
  alarmEmail: v.optional(filled()),
  expectSignUps: v.optional(optionSchema<NonNullable<GatehouseProps["expectSignUps"]>>({ withinHours: wholeNumber("", 1, MOST_HOURS) })),
  rateLimit: v.optional(wholeNumber("", 1)),
  logRetention: v.optional(logRetentionOption),
  waf: yes,
  customDomain: v.optional(customDomainOptions),
  fixedOutgoingAddress: v.optional(v.union([v.boolean(), outgoingAddressOptions])),
  console: v.optional(consoleOptions),
  externalTenant: v.optional(externalTenantOptions),
  rotation: v.optional(rotationOptions),
  api: v.optional(v.picklist(["rest", "http"])),
  decisionDays: v.optional(wholeNumber("", 1)),
  afterSignInDays: v.optional(wholeNumber("", 1)),
  tables: v.optional(tablesOption),
  secrets: v.optional(v.record(v.string(), v.string())),
  standby: yes,
  replicas: v.optional(listOf(textFitting('a region, such as "eu-central-1"', /^[a-z]{2}(-[a-z]+)+-\d$/))),
  deletionProtection: yes,
  backup: v.optional(tableBackupOptions),
  auditArchive: v.optional(auditArchiveOptions),
  encryptionKey: v.optional(v.union([v.boolean(), v.string(), v.record(v.string(), v.string())])),
  permissionsBoundaryArn: v.optional(
    textFitting('the ARN of a managed policy, such as "arn:aws:iam::111111111111:policy/boundary"', POLICY_ARN),
  ),
  setsApiLogRole: yes,
  approvalMail: v.optional(v.union([v.literal(false), approvalMailOptions])),
  extensionsAppId: v.optional(
    textFitting("an application (client) id, as Entra shows it", (id) => /^[0-9a-f]{32}$/i.test(id.replaceAll("-", ""))),
  ),
  webhooks: v.optional(listOf(webhookOptions)),
  events: v.optional(eventOptions),
  eventArchiveDays: v.optional(wholeNumber("", 1)),
  canary: v.optional(v.union([v.boolean(), canaryOptions])),
  provisionedConcurrency: v.optional(wholeNumber("", 1)),
  // With none reserved, Lambda would refuse every call.
  reservedConcurrency: v.optional(wholeNumber("", 1)),
  tracing: yes,
  dashboard: yes,
  runbookUrl: v.optional(filled()),
});

/** Throws a SetupError that names every option that does not exist or has a wrong value, at any depth. */
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
      `Gatehouse's option provisionedConcurrency is ${provisionedConcurrency}, and reservedConcurrency ${reservedConcurrency}, which includes them: raise reservedConcurrency to ${provisionedConcurrency} or more.`,
    );
  }
  return { provisionedConcurrency, reservedConcurrency, canary: checkedCanary(scope, options.canary) };
}

/** Gives every role in these places a permissions boundary. */
export function applyBoundary(arn: string, [first, ...others]: readonly [Construct, ...Construct[]]): void {
  const policy = ManagedPolicy.fromManagedPolicyArn(first, "PermissionsBoundary", arn);
  for (const place of [first, ...others]) PermissionsBoundary.of(place).apply(policy);
}
