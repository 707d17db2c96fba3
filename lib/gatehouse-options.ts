import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import * as v from "valibot";
import { type CloudName, cloudNames } from "../adapters/graph/clouds";
import { createListSchema, wholeNumber } from "../engine/fields";
import { type OptionsSchema, optionSchema } from "../engine/option-schema";
import { normaliseEmail } from "../engine/sign-up/email";
import { SetupError } from "./errors";
import { type FeatureOptions, stackFeatures } from "./features";
import { logRetentionOption } from "./gatehouse-scope";
import { type NetworkOptions, networkOptions } from "./network/network";
import { type OutgoingAddressOptions, outgoingAddressOptions } from "./network/outgoing-address";
import { checkOptions, constructWith, textFitting } from "./options";
import { addressAttributeOption, type GateOptions, gateOptions, policyOption } from "./policy-folder/gates";
import type { PolicyStep } from "./policy-folder/policy-folder";
import { type EncryptionKeyOption, encryptionKeyOption } from "./resources/encryption-option";
import { type SecretsOption, secretsOption } from "./resources/secrets";
import { type TablesOption, tablesOption } from "./resources/table-options";
import { type CustomDomainOptions, customDomainOptions } from "./sign-up/custom-domain";
import { isServedLocally } from "./stage";

/** All options of a Gatehouse: its own, and those of features. See docs/settings.md. */
export interface GatehouseProps extends OwnOptions, FeatureOptions {}

interface OwnOptions {
  /** The policy folder: its path, relative to the app's folder (where cdk.json is), or the result of `loadPolicyFolder`. */
  readonly policy: string | readonly PolicyStep[];
  /** Gates besides the unnamed one, by name, each with its own policy, paths and credentials: docs/gates.md. @default none */
  readonly gates?: Readonly<Record<string, GateOptions>>;
  /**
   * The short name of the attribute that has a person's e-mail address in place of `email`. For the gate without a name. Only for
   * `externalTenant`: docs/external-tenant.md.
   * @default `email`
   */
  readonly addressAttribute?: string;
  /**
   * The address that gets a mail when an alarm rings.
   * @default none: CloudWatch shows the alarms
   */
  readonly alarmEmail?: string;
  /**
   * The SNS topic that gets alarms, by its ARN or as a construct. The topic's policy then lets alarms of the account publish.
   * @default a new topic for `alarmEmail`
   */
  readonly alarmTopic?: string | ITopic;
  /**
   * An alarm rings after this many hours without a sign-up call, from 1 to 168. Choose more than your longest quiet time,
   * such as a night or a weekend.
   * @default none, because a small tenant is quiet for days
   */
  readonly expectSignUps?: { readonly withinHours: number };
  /**
   * Maximum number of sign-up calls that the gateway accepts in one second; twice as many in a burst. Calls without the right credentials
   * do not count.
   * @default 50
   */
  readonly rateLimit?: number;
  /**
   * The retention of logs.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Your own domain name for the API. With a trust store, callers must also show a client certificate.
   * @default the address that API Gateway gives
   */
  readonly customDomain?: CustomDomainOptions;
  /**
   * True if calls to other systems come from one fixed address. Then steps whose rules call a service run in their own network. Costs about
   * $37 a month: docs/outgoing-address.md.
   * @default false
   */
  readonly fixedOutgoingAddress?: boolean | OutgoingAddressOptions;
  /**
   * A network that the app already has. All functions run in it, and not in Lambda's own network: docs/outgoing-address.md.
   * @default none
   */
  readonly network?: NetworkOptions;
  /**
   * The kind of API that connectors call. "http" costs $1.00 for a million calls instead of $3.50, but has no block page if a
   * function cannot answer, no `rateLimit`, no `waf` and no trace of the gateway: docs/costs.md.
   * @default "rest"
   */
  readonly api?: "rest" | "http";
  /** Number of days for which decisions are kept. @default 90 */
  readonly decisionDays?: number;
  /**
   * Number of days for which decisions after sign-in are kept, if they let the person continue. @default 14, or decisionDays if that is
   * less
   */
  readonly afterSignInDays?: number;
  /**
   * Existing tables to use instead of new ones, such as restored tables. Give each as a construct or by its name. But give accessList,
   * decisions and approvals as constructs or by the ARN of their stream, because functions read their changes. See docs/storage.md.
   * @default the stack creates all tables
   */
  readonly tables?: TablesOption;
  /**
   * Existing secrets to use instead of new ones: constructs or ARNs, by their place in the Gatehouse. For copies of another region's
   * secrets, `npm run gate -- backup standby` prints the ARNs. See docs/second-region.md.
   * @default the stack creates all secrets
   */
  readonly secrets?: SecretsOption;
  /**
   * True if the stack is the standby in a second region. It answers sign-ups. The other region does the rest: events, accounts, mail,
   * overdue requests, rotation. A standby needs `tables` and `secrets`, unless it has `replicas`. See docs/second-region.md.
   * @default false
   */
  readonly standby?: boolean;
  /**
   * Regions that get a copy of each table and secret that the stack creates: `["eu-central-1"]`. You pay for every write in each region,
   * and $0.40 a month for a secret. The stack needs a region: `env: { region: "eu-west-1" }`.
   * @default none
   */
  readonly replicas?: readonly string[];
  /**
   * The way in which functions sign in to Microsoft Graph. "role": by roles of the stack, for which AWS signs, without a secret. "secret":
   * by the credentials that you put into the applications' secrets. With "role", a credential that is still in a secret is used only if
   * Entra or AWS refuses the role: docs/graph-sign-in.md.
   * @default "secret"
   */
  readonly graphSignIn?: "role" | "secret";
  /**
   * Microsoft's cloud of the tenant: "global", "us-government", "us-government-dod" or "china". Functions call Graph and sign in there.
   * @default "global"
   */
  readonly cloud?: CloudName;
  /**
   * True if nobody can delete the tables until the option is off again. Turn it on only after a first deployment without it: if the first
   * deployment fails with the option on, CloudFormation cannot remove the tables that it created.
   * @default false: the tables outlive the stack, and AWS keeps the last backup of a deleted table for 35 days
   */
  readonly deletionProtection?: boolean;
  /**
   * Your own KMS key, as a construct or an ARN, or true for a key that the stack creates. The key encrypts tables, secrets, logs, queues,
   * topics and archived events. The stack needs a region: `env: { region: "eu-west-1" }`. With `replicas`, give one key for each region: `{
   * "eu-west-1": "arn:…", "eu-central-1": "arn:…" }`. A key costs $1 a month and $0.03 for 10,000 uses: docs/hardening.md.
   * @default false: AWS's own keys encrypt everything
   */
  readonly encryptionKey?: EncryptionKeyOption;
  /**
   * The ARN of a managed policy that limits every role of the stack: docs/hardening.md.
   * @default none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * True if the stack sets the role with which API Gateway writes access logs. An account has one such role in each region, for all its
   * APIs. Turn this option off if you or another stack have set the role. See docs/stages.md.
   * @default true
   */
  readonly setsApiLogRole?: boolean;
  /**
   * Warm instances of each function that answers sign-ups or checks callers, so that no person waits for a cold
   * start. About $9 a month each.
   * @default none
   */
  readonly provisionedConcurrency?: number;
  /**
   * Instances reserved for each function that answers sign-ups or checks callers. A function never has more instances than that. See
   * docs/hardening.md.
   * @default none: all functions of the account share its concurrency
   */
  readonly reservedConcurrency?: number;
  /** True for X-Ray traces of every call, and of the calls that functions make during it. @default false */
  readonly tracing?: boolean;
  /**
   * The whole address of the runbook, `"https://wiki.contoso.com/gatehouse-runbook"`. Alarms link to sections of the runbook.
   * @default alarms name the file in the package and the section
   */
  readonly runbookUrl?: string;
}

const yes = v.optional(v.boolean());
/** CloudWatch looks back a week at most. */
const MOST_HOURS = 168;
/** A century. For much longer times, DynamoDB might refuse the time at which a row expires. */
const MOST_DAYS = 36_500;
const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

const ownOptions = optionSchema<OwnOptions>({
  policy: policyOption,
  gates: v.optional(v.record(v.string(), gateOptions)),
  addressAttribute: v.optional(addressAttributeOption),
  alarmEmail: v.optional(textFitting('one e-mail address, such as "it@contoso.com"', (text) => normaliseEmail(text) !== undefined)),
  alarmTopic: v.optional(
    v.union([
      textFitting("the ARN of an SNS topic", /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/),
      constructWith<ITopic>("topicArn", "a topic"),
    ]),
  ),
  expectSignUps: v.optional(optionSchema<NonNullable<GatehouseProps["expectSignUps"]>>({ withinHours: wholeNumber("", 1, MOST_HOURS) })),
  rateLimit: v.optional(wholeNumber("", 1)),
  logRetention: v.optional(logRetentionOption),
  customDomain: v.optional(customDomainOptions),
  fixedOutgoingAddress: v.optional(v.union([v.boolean(), outgoingAddressOptions])),
  network: v.optional(networkOptions),
  api: v.optional(v.picklist(["rest", "http"])),
  decisionDays: v.optional(wholeNumber("", 1, MOST_DAYS)),
  afterSignInDays: v.optional(wholeNumber("", 1, MOST_DAYS)),
  tables: v.optional(tablesOption),
  secrets: v.optional(secretsOption),
  standby: yes,
  replicas: v.optional(createListSchema(textFitting('a region, such as "eu-central-1"', /^[a-z]{2}(-[a-z]+)+-\d$/))),
  graphSignIn: v.optional(v.picklist(["role", "secret"])),
  cloud: v.optional(v.picklist(cloudNames)),
  deletionProtection: yes,
  encryptionKey: v.optional(encryptionKeyOption),
  permissionsBoundaryArn: v.optional(
    textFitting('the ARN of a managed policy, such as "arn:aws:iam::111111111111:policy/boundary"', POLICY_ARN),
  ),
  setsApiLogRole: yes,
  provisionedConcurrency: v.optional(wholeNumber("", 1)),
  // If zero instances are reserved, Lambda refuses every call.
  reservedConcurrency: v.optional(wholeNumber("", 1)),
  tracing: yes,
  runbookUrl: v.optional(textFitting('a whole address, such as "https://wiki.contoso.com/gatehouse-runbook"', URL.canParse)),
});

export const gatehouseOptions = v.strictObject(
  Object.assign({}, ownOptions.entries, ...stackFeatures.map((feature) => feature.options?.entries)),
) as v.GenericSchema as OptionsSchema<GatehouseProps>;

/** Throws a SetupError that names every option, at any depth, that does not exist or has a wrong value. */
export function assertOptions(options: object): void {
  checkOptions(gatehouseOptions, options);
  const { provisionedConcurrency, reservedConcurrency, network, fixedOutgoingAddress = false } = options as GatehouseProps;
  if (network !== undefined && fixedOutgoingAddress !== false) {
    throw new SetupError(
      "network and fixedOutgoingAddress exclude each other: in a network of your own, its NAT gateways have the outgoing address.",
    );
  }
  if (provisionedConcurrency !== undefined && reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    throw new SetupError(
      `Gatehouse's option provisionedConcurrency is ${provisionedConcurrency}, but reservedConcurrency, which includes these instances, is only ${reservedConcurrency}: raise reservedConcurrency to ${provisionedConcurrency} or more.`,
    );
  }
  for (const feature of stackFeatures) feature.check?.(options as never);
}

/**
 * Under `npm start`, returns the options for this computer; otherwise returns them unchanged. `-c policy=FOLDER` replaces the app's policy.
 */
export function servedLocally(scope: Construct, options: GatehouseProps): GatehouseProps {
  if (!isServedLocally(scope)) return options;
  const policy: unknown = scope.node.tryGetContext("policy");
  // `npm start` has its own tables, in the data folder.
  const localOptions = {
    tables: {},
    replicas: [],
    secrets: {},
    standby: false,
    encryptionKey: false,
    ...(typeof policy === "string" && { policy }),
  };
  return Object.assign({}, options, localOptions, ...stackFeatures.map((feature) => feature.servedLocally?.(options as never)));
}

/** Sets a permissions boundary on every role in these constructs. */
export function applyBoundary(arn: string, [first, ...others]: readonly [Construct, ...Construct[]]): void {
  const policy = ManagedPolicy.fromManagedPolicyArn(first, "PermissionsBoundary", arn);
  for (const place of [first, ...others]) PermissionsBoundary.of(place).apply(policy);
}
