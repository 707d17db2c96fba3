import { Annotations, CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { AccessList } from "./access-list/access-list";
import { ApprovalApi } from "./approvals/approval-api";
import { ApprovalMail, type ApprovalMailOptions } from "./approvals/approval-mail";
import { Approvals } from "./approvals/approvals";
import { approvalsTable } from "./approvals/approvals-table";
import { Console, type ConsoleOptions } from "./console/console";
import { Decisions } from "./events/decisions";
import { EventArchive } from "./events/event-archive";
import { UndeliveredEvents } from "./events/undelivered-events";
import { type WebhookOptions, Webhooks } from "./events/webhooks";
import { OutgoingAddress, type OutgoingAddressOptions } from "./network/outgoing-address";
import { Alarms } from "./operations/alarms";
import { Dashboard } from "./operations/dashboard";
import { type PolicyStep, usesOf, workersOf } from "./policy-folder/policy-folder";
import { policyWarnings } from "./policy-folder/policy-warnings";
import { filledInSecret } from "./resources/filled-in-secret";
import type { FunctionDefaults } from "./resources/gatehouse-function";
import { consoleUrlOf, retainedTable } from "./resources/retained-table";
import { Credentials } from "./sign-up/credentials";
import { CustomDomain, type CustomDomainOptions } from "./sign-up/custom-domain";
import { Firewall } from "./sign-up/firewall";
import { SignUpApi } from "./sign-up/sign-up-api";
import { asksOutside, SignUpStep } from "./sign-up/sign-up-step";

export interface GatehouseStackProps extends StackProps {
  /** What happens at each step: `loadPolicyFolder("policy")`. */
  readonly policy: readonly PolicyStep[];
  /**
   * Who gets a mail when an alarm rings.
   * @default nobody: the alarms show in CloudWatch
   */
  readonly alarmEmail?: string;
  /**
   * Sign-up calls a second that the gateway lets through; twice as many at once.
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
   * How long decisions are kept, in days.
   * @default 90
   */
  readonly decisionDays?: number;
  /**
   * Mail to approvers and applicants, as docs/mail.md says; false for none.
   * @default mail in English to approvers, in their own language to applicants
   */
  readonly approvalMail?: false | ApprovalMailOptions;
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

const DECISION_DAYS = 90;

/** All of Gatehouse in one account and region. */
export class GatehouseStack extends Stack {
  readonly accessList: AccessList;
  readonly credentials: Credentials;
  readonly decisions: Decisions;
  /** What is known of people beforehand. */
  readonly profiles: Table;
  /** Values that an attribute may have. */
  readonly referenceData: Table;
  /** What has been used up: codes, guesses, calls that cost money. */
  readonly ledger: Table;
  /** Requests to be let in. */
  readonly approvalsTable: Table;
  /** What acts on requests; undefined where no rule makes any. */
  readonly approvals: Approvals | undefined;
  /** Where other systems decide on requests; undefined where no rule makes any. */
  readonly approvalApi: ApprovalApi | undefined;
  readonly signUpApi: SignUpApi;
  /** The operators' web pages; undefined unless asked for. */
  readonly console: Console | undefined;
  readonly steps: readonly SignUpStep[];
  readonly alarms: Alarms;

  constructor(scope: Construct, id: string, props: GatehouseStackProps) {
    super(scope, id, { description: "Gatehouse: decides who may sign up to a Microsoft Entra tenant", ...props });
    const logRetention = props.logRetention ?? RetentionDays.THREE_MONTHS;
    for (const [index, warning] of policyWarnings(props.policy).entries())
      Annotations.of(this).addWarningV2(`gatehouse:policy-${index}`, warning);

    const defaults = { logRetention, tracing: props.tracing ?? false };
    this.accessList = new AccessList(this, "AccessList", { defaults, classes: props.policy.flatMap(classesOf) });
    this.credentials = new Credentials(this, "Credentials", { defaults });
    this.decisions = new Decisions(this, "Decisions", { defaults, days: checkedDays(props.decisionDays ?? DECISION_DAYS) });
    // They cost nothing empty, and outlive any change of the policy.
    this.profiles = retainedTable(this, "Profiles", { table: "profiles" });
    this.referenceData = retainedTable(this, "ReferenceData", { table: "referenceData" });
    this.ledger = retainedTable(this, "Ledger", { table: "ledger", ages: true });
    this.approvalsTable = approvalsTable(this, "Approvals");
    const secrets = this.makeSecrets(props.policy);
    const outgoing = this.makeOutgoingAddress(props, logRetention);
    const routes = new Map(
      props.policy.map((step) => {
        const construct = new SignUpStep(this, pascalCase(step.step), {
          step,
          tables: {
            accessList: this.accessList.table,
            decisions: this.decisions.table,
            profiles: this.profiles,
            referenceData: this.referenceData,
            ledger: this.ledger,
            approvals: this.approvalsTable,
          },
          decisions: this.decisions,
          secrets,
          defaults,
          network: outgoing?.network,
        });
        return [step.step, construct] as const;
      }),
    );
    this.steps = [...routes.values()];
    this.signUpApi = new SignUpApi(this, "SignUp", {
      routes: new Map([...routes].map(([path, step]) => [path, step.function])),
      authorizer: this.credentials.authorizer,
      rateLimit: props.rateLimit ?? 50,
      logRetention,
      tracing: defaults.tracing,
      disableDefaultEndpoint: props.customDomain !== undefined,
    });
    const domain = props.customDomain && new CustomDomain(this, "Domain", { ...props.customDomain, api: this.signUpApi.api });
    if (props.waf) new Firewall(this, "Firewall", { stage: this.signUpApi.api.deploymentStage });

    const workers = workersOf(props.policy);
    if (workers.has("approvals")) {
      const provisions = workers.has("provisioning");
      this.approvals = new Approvals(this, "Approval", { table: this.approvalsTable, bus: this.decisions.bus, provisions, defaults });
      this.approvalApi = new ApprovalApi(this, "ApprovalApi", {
        api: this.signUpApi.api,
        apiUrl: domain?.url ?? this.signUpApi.api.url,
        table: this.approvalsTable,
        defaults,
      });
    }

    const steps = this.steps.map((step) => step.function);
    this.alarms = new Alarms(this, "Alarms", {
      api: this.signUpApi.api,
      accessLog: this.signUpApi.accessLog,
      steps,
      authorizer: this.credentials.function,
      hygiene: this.accessList.hygiene,
      publisher: this.decisions.publisher,
      approvals: this.approvals,
      asksOutside: props.policy.some(asksOutside),
      email: props.alarmEmail,
      runbookUrl: props.runbookUrl ?? "docs/runbook.md",
    });
    this.console = props.console && this.makeConsole(props.console, props.policy, defaults);
    const mail = this.approvals === undefined ? undefined : this.makeMail(props.approvalMail, defaults);
    if (this.approvals?.provisioning !== undefined || mail !== undefined) this.alarms.approvalSettings();
    const approving = [...(this.approvals?.functions ?? []), this.approvalApi?.function, mail?.function];
    this.alarms.functionErrors([
      ...steps,
      this.accessList.hygiene,
      this.decisions.publisher,
      ...approving.filter((each) => each !== undefined),
    ]);
    if (props.webhooks !== undefined && props.webhooks.length > 0) {
      const deadLetterQueue = UndeliveredEvents.of(this).queue;
      new Webhooks(this, "Webhooks", { bus: this.decisions.bus, webhooks: props.webhooks, deadLetterQueue });
    }
    if (props.eventArchiveDays !== undefined) {
      new EventArchive(this, "EventArchive", { bus: this.decisions.bus, days: props.eventArchiveDays });
    }
    if (props.dashboard) new Dashboard(this, "Dashboard", { api: this.signUpApi.api, functions: steps });
    this.addOutputs(domain?.url ?? this.signUpApi.api.url, [...routes.keys()], secrets);
  }

  private makeConsole(options: ConsoleOptions, policy: readonly PolicyStep[], defaults: FunctionDefaults): Console {
    const pages = new Console(this, "Console", {
      ...options,
      alarms: this.alarms,
      policy,
      defaults,
      accessList: this.accessList.table,
      decisions: this.decisions.table,
      approvals: this.approvalsTable,
      profiles: this.profiles,
      referenceData: this.referenceData,
      ledger: this.ledger,
    });
    new CfnOutput(this, "ConsoleUrl", { value: pages.api.apiEndpoint, description: "The console for operators" });
    new CfnOutput(this, "ConsoleRedirectUrl", {
      value: `${pages.api.apiEndpoint}/sign-in/callback`,
      description: "Redirect URI of the Entra application that operators sign in to",
    });
    new CfnOutput(this, "ConsoleSecret", {
      value: pages.clientSecret.secretArn,
      description: "The secret that holds the Entra application's client secret",
    });
    new CfnOutput(this, "AuditTable", { value: pages.audit.tableName, description: "Name of the table of what operators changed" });
    return pages;
  }

  private makeMail(options: false | ApprovalMailOptions | undefined, defaults: FunctionDefaults): ApprovalMail | undefined {
    if (options === false) return undefined;
    const consoleUrl = options?.consoleUrl ?? (this.console && `${this.console.api.apiEndpoint}/approvals`);
    return new ApprovalMail(this, "ApprovalMail", { ...options, consoleUrl, defaults });
  }

  /** Made whenever it is asked for: a rule taken out for a day must not cost the address. */
  private makeOutgoingAddress(
    { fixedOutgoingAddress = false, policy }: GatehouseStackProps,
    logRetention: RetentionDays,
  ): OutgoingAddress | undefined {
    if (fixedOutgoingAddress === false) return undefined;
    if (!policy.some(asksOutside)) {
      Annotations.of(this).addWarningV2(
        "gatehouse:outgoing-address",
        "fixedOutgoingAddress is on, but no rule calls a system outside: it costs about $37 a month, and nothing uses it.",
      );
    }
    return new OutgoingAddress(this, "Outgoing", { ...(fixedOutgoingAddress === true ? {} : fixedOutgoingAddress), logRetention });
  }

  /** A secret for each name that rules declare. They outlive the policy: their values were typed in by hand. */
  private makeSecrets(policy: readonly PolicyStep[]): ReadonlyMap<string, ISecret> {
    const shapes = new Map<string, Readonly<Record<string, string>> | undefined>();
    for (const use of policy.flatMap(usesOf)) if ("secret" in use) shapes.set(use.secret, use.shape ?? shapes.get(use.secret));
    return new Map(
      [...shapes].map(([name, shape]) => {
        return [name, filledInSecret(this, `${pascalCase(name)}Secret`, { description: `Gatehouse policy: ${name}`, shape })];
      }),
    );
  }

  private addOutputs(apiUrl: string, steps: readonly string[], secrets: ReadonlyMap<string, ISecret>): void {
    const output = (id: string, value: string, description: string) => new CfnOutput(this, id, { value, description });
    for (const step of steps)
      output(`${pascalCase(step)}Url`, `${apiUrl}${step}`, `Endpoint URL of the API connector for the step ${step}`);
    output("AccessListConsole", this.accessList.consoleUrl, "The access list in the DynamoDB console");
    output("AccessListTable", this.accessList.table.tableName, "Name of the access list's table");
    output("DecisionsTable", this.decisions.table.tableName, "Name of the table of decisions");
    output("ProfilesConsole", consoleUrlOf(this.profiles), "What is known of people beforehand, in the DynamoDB console");
    output("ProfilesTable", this.profiles.tableName, "Name of the profiles' table");
    output("ReferenceDataConsole", consoleUrlOf(this.referenceData), "Permitted values, in the DynamoDB console");
    output("ReferenceDataTable", this.referenceData.tableName, "Name of the table of permitted values");
    output("LedgerTable", this.ledger.tableName, "Name of the table of what has been used up");
    output("ApprovalsTable", this.approvalsTable.tableName, "Name of the table of requests to be let in");
    output("EventBus", this.decisions.bus.eventBusName, "The bus on which every decision is an event");
    if (secrets.size > 0) {
      const arns = Object.fromEntries([...secrets].map(([name, { secretArn }]) => [name, secretArn]));
      output("PolicySecrets", this.toJsonString(arns), "The secrets that the policy's rules declare");
    }
    output("CredentialsSecret", this.credentials.secret.secretArn, "The secret with the connectors' user name and password");
    output(
      "CredentialsCommand",
      `npx entra-gatehouse credentials show --stack ${this.stackName} --region ${this.region}`,
      "Shows the user name and password",
    );
  }
}

/** Classes of mail domains that the rules of a step ask the list for. */
function classesOf(step: PolicyStep): readonly string[] {
  return usesOf(step).flatMap((use) => ("data" in use ? [use.data] : []));
}

function checkedDays(days: number): number {
  if (!Number.isSafeInteger(days) || days < 1) throw new RangeError(`decisionDays is ${days}; it has to be a whole number from 1.`);
  return days;
}

function pascalCase(text: string): string {
  return text.replace(/(^|[^a-z0-9]+)([a-z0-9])/gi, (_, __, letter: string) => letter.toUpperCase());
}
