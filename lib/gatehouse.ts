import { Annotations, CfnOutput, Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { outputKeyOf } from "../adapters/aws/deployment-name";
import { tableNames, tables } from "../adapters/tables/tables";
import type { TableName } from "../engine/sign-up/verdict";
import { AccessList } from "./access-list/access-list";
import { assertAppPackages } from "./app-packages";
import { appRoot } from "./app-root";
import { ApprovalApi } from "./approvals/approval-api";
import { ApprovalMail } from "./approvals/approval-mail";
import { Approvals } from "./approvals/approvals";
import { approvalsTable } from "./approvals/approvals-table";
import { Console } from "./console/console";
import { Decisions } from "./events/decisions";
import { EventArchive } from "./events/event-archive";
import { Webhooks } from "./events/webhooks";
import { assertOptions, type GatehouseProps } from "./gatehouse-options";
import type { FunctionDefaults, GatehouseScope } from "./gatehouse-scope";
import { OutgoingAddress } from "./network/outgoing-address";
import { Alarms, PERIOD } from "./operations/alarms";
import { Dashboard } from "./operations/dashboard";
import { dataOf } from "./policy-folder/bundled-data";
import { type PolicyStep, usesOf, workersOf } from "./policy-folder/policy-folder";
import { policySteps } from "./policy-folder/policy-option";
import { policyWarnings } from "./policy-folder/policy-warnings";
import { RetainedTable } from "./resources/retained-table";
import { filledInSecret } from "./resources/secrets";
import { servedLocally } from "./served-locally";
import { Credentials } from "./sign-up/credentials";
import { CustomDomain } from "./sign-up/custom-domain";
import { Firewall } from "./sign-up/firewall";
import { SignUpApi } from "./sign-up/sign-up-api";
import { asksOutside, SignUpStep } from "./sign-up/sign-up-step";

const DECISION_DAYS = 90;

/**
 * A gate that decides who may sign up to a Microsoft Entra tenant: the API that Entra calls, a function for each step of
 * the policy, and the tables that operators edit. A stack may hold several, beside resources of its own. The tables
 * outlive it.
 *
 * @example
 * new Gatehouse(this, "SignUp", { policy: "policy", alarmEmail: "it@contoso.com" });
 */
export class Gatehouse extends Construct implements GatehouseScope {
  readonly name: string;
  readonly functionDefaults: FunctionDefaults;
  /** `alarms.topic` is what they are told to; `alarms.alarmOn` adds one. */
  readonly alarms: Alarms;
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  /** The bus on which every decision is an event. */
  readonly bus: IEventBus;
  /** The API that Entra calls. */
  readonly api: RestApi;
  /** Its public address, with a slash at the end: of the custom domain if there is one. */
  readonly apiUrl: string;
  /** The connectors' user name and password. */
  readonly credentials: Credentials;
  /** The functions that decide, one for each step of the policy. */
  readonly steps: readonly SignUpStep[];
  /** What acts on requests to be let in; undefined where no rule makes any. */
  readonly approvals: Approvals | undefined;
  /** Where other systems decide on requests; undefined where no rule makes any. */
  readonly approvalApi: ApprovalApi | undefined;
  /** The operators' web pages; undefined unless asked for. */
  readonly console: Console | undefined;
  private readonly accessList: AccessList;
  private readonly decisions: Decisions;
  private readonly secrets: ReadonlyMap<string, ISecret>;

  constructor(scope: Construct, id: string, options: GatehouseProps) {
    super(scope, id);
    assertAppPackages(appRoot);
    assertOptions(options);
    const props = servedLocally(this, options);
    const policy = policySteps(props.policy);
    this.name = nameOf(this);
    this.functionDefaults = {
      service: this.name,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      tracing: props.tracing ?? false,
    };
    this.alarms = new Alarms(this, "Alarms", {
      service: this.name,
      email: props.alarmEmail,
      runbookUrl: props.runbookUrl ?? "docs/runbook.md",
    });
    this.accessList = new AccessList(this, "AccessList", { classes: dataOf(policy) });
    this.decisions = new Decisions(this, "Decisions", { days: checkedDays(props.decisionDays ?? DECISION_DAYS) });
    this.bus = this.decisions.bus;
    this.tables = this.makeTables();
    this.credentials = new Credentials(this, "Credentials", { trustStore: props.customDomain?.trustStore, ledger: this.tables.ledger });
    this.secrets = this.makeSecrets(policy);
    this.steps = this.makeSteps(policy, this.makeOutgoingAddress(props, policy));
    this.api = this.makeApi(props);
    this.apiUrl = props.customDomain === undefined ? this.api.url : this.makeDomain(props.customDomain);
    const workers = workersOf(policy);
    if (workers.has("approvals")) {
      const table = this.tables.approvals;
      this.approvals = new Approvals(this, "Approval", { table, decisions: this.decisions, provisions: workers.has("provisioning") });
      this.approvalApi = new ApprovalApi(this, "ApprovalApi", { table });
    }
    this.console =
      props.console && new Console(this, "Console", { ...props.console, policy, tables: this.tables, personKey: this.decisions.personKey });
    const mail = this.approvals && this.makeMail(props.approvalMail);
    this.addOptions(props);
    this.watch(policy, mail);
    this.addOutputs();
    for (const [index, warning] of policyWarnings(policy).entries())
      Annotations.of(this).addWarningV2(`gatehouse:policy-${index}`, warning);
  }

  addOutput(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description }).overrideLogicalId(outputKeyOf(this.name, name));
  }

  /** They cost nothing empty, and outlive any change of the policy. */
  private makeTables(): Readonly<Record<TableName, RetainedTable>> {
    return {
      accessList: this.accessList.table,
      decisions: this.decisions.table,
      profiles: new RetainedTable(this, "Profiles", { table: "profiles" }),
      referenceData: new RetainedTable(this, "ReferenceData", { table: "referenceData" }),
      ledger: new RetainedTable(this, "Ledger", { table: "ledger", ages: true }),
      approvals: approvalsTable(this, "Approvals"),
    };
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

  private makeSteps(policy: readonly PolicyStep[], outgoing: OutgoingAddress | undefined): readonly SignUpStep[] {
    const { tables, decisions, secrets } = this;
    return policy.map(
      (step) => new SignUpStep(this, pascalCase(step.step), { step, tables, decisions, secrets, network: outgoing?.network }),
    );
  }

  /** Made whenever it is asked for: a rule taken out for a day must not cost the address. */
  private makeOutgoingAddress(
    { fixedOutgoingAddress = false }: GatehouseProps,
    policy: readonly PolicyStep[],
  ): OutgoingAddress | undefined {
    if (fixedOutgoingAddress === false) return undefined;
    if (!policy.some(asksOutside)) {
      Annotations.of(this).addWarningV2(
        "gatehouse:outgoing-address",
        "fixedOutgoingAddress is on, but no rule calls a system outside: it costs about $37 a month, and nothing uses it.",
      );
    }
    return new OutgoingAddress(this, "Outgoing", fixedOutgoingAddress === true ? {} : fixedOutgoingAddress);
  }

  private makeApi({ rateLimit = 50, customDomain, expectSignUps }: GatehouseProps): RestApi {
    const { api } = new SignUpApi(this, "SignUp", {
      routes: new Map(this.steps.map((step) => [step.path, step.function])),
      authorizer: this.credentials.authorizer,
      callerKey: this.credentials.callerKey,
      rateLimit,
      disableDefaultEndpoint: customDomain !== undefined,
      silentHours: expectSignUps && checkedHours(expectSignUps.withinHours),
    });
    return api;
  }

  private makeDomain(options: NonNullable<GatehouseProps["customDomain"]>): string {
    return new CustomDomain(this, "Domain", { ...options, api: this.api }).url;
  }

  private makeMail(options: GatehouseProps["approvalMail"]): ApprovalMail | undefined {
    if (options === false) return undefined;
    const consoleUrl = options?.consoleUrl ?? (this.console && `${this.console.api.apiEndpoint}/approvals/requests/{id}`);
    return new ApprovalMail(this, "ApprovalMail", { ...options, consoleUrl });
  }

  private addOptions({ waf, webhooks = [], eventArchiveDays, dashboard }: GatehouseProps): void {
    if (waf) new Firewall(this, "Firewall", { stage: this.api.deploymentStage });
    if (webhooks.length > 0) new Webhooks(this, "Webhooks", { webhooks });
    if (eventArchiveDays !== undefined) new EventArchive(this, "EventArchive", { days: eventArchiveDays });
    const functions = this.steps.map((step) => step.function);
    if (dashboard) new Dashboard(this, "Dashboard", { api: this.api, functions });
  }

  /** Alarms on what several parts have in common; each part declares its own. */
  private watch(policy: readonly PolicyStep[], mail: ApprovalMail | undefined): void {
    const steps = this.steps.map((step) => step.function);
    this.alarms.alarmOnCount("FailedClosed", "A sign-up was blocked because a rule or a read failed.");
    this.alarms.alarmOnCount("RecordsLost", "A decision could not be recorded; it stands in the log.");
    if (policy.some(asksOutside)) this.alarms.alarmOnCount("UpstreamFailures", "A call to a system outside failed.");
    if (this.approvals?.provisioning !== undefined || mail !== undefined) {
      const what = "The settings of approvals are missing or malformed: no account can be made, or no mail sent.";
      this.alarms.alarmOnCount("ApprovalSettingsUnusable", what);
    }
    this.alarms.alarmOnSum(
      "Throttles",
      [...steps, this.credentials.function].map((each) => each.metricThrottles({ period: PERIOD })),
      "Lambda refused to run a function because too many run already.",
    );
    // Not the authorizer, which turns away a wrong password by an error: its own failures show as static block pages.
    const others = [this.accessList.hygiene, this.decisions.publisher, ...(this.approvals?.functions ?? [])];
    const crashing = [...steps, ...others, this.approvalApi?.function, mail?.function].filter((each) => each !== undefined);
    this.alarms.alarmOnSum(
      "FunctionErrors",
      crashing.map((each) => each.metricErrors({ period: PERIOD })),
      "A function crashed or timed out.",
    );
  }

  private addOutputs(): void {
    for (const { path } of this.steps)
      this.addOutput(`${pascalCase(path)}Url`, `${this.apiUrl}${path}`, `Endpoint URL of the API connector for the step ${path}`);
    for (const name of tableNames) this.addOutput(tables[name].output, this.tables[name].tableName, `Name of ${contents[name]}`);
    this.addOutput("AccessListConsole", this.tables.accessList.consoleUrl, "The access list in the DynamoDB console");
    this.addOutput("ProfilesConsole", this.tables.profiles.consoleUrl, "What is known of people beforehand, in the DynamoDB console");
    this.addOutput("ReferenceDataConsole", this.tables.referenceData.consoleUrl, "Permitted values, in the DynamoDB console");
    this.addOutput("EventBus", this.bus.eventBusName, "The bus on which every decision is an event");
    if (this.secrets.size > 0) {
      const arns = Object.fromEntries([...this.secrets].map(([name, { secretArn }]) => [name, secretArn]));
      this.addOutput("PolicySecrets", Stack.of(this).toJsonString(arns), "The secrets that the policy's rules declare");
    }
    this.addOutput("PersonKeySecret", this.decisions.personKey.secretArn, "The secret that keys the hashes of people");
    this.addOutput("CredentialsSecret", this.credentials.secret.secretArn, "The secret with the connectors' user name and password");
    const command = `npx entra-gatehouse credentials show --stack ${this.name} --region ${Stack.of(this).region}`;
    this.addOutput("CredentialsCommand", command, "Shows the user name and password");
  }
}

const contents: Readonly<Record<TableName, string>> = {
  accessList: "the access list's table",
  decisions: "the table of decisions",
  profiles: "the profiles' table",
  referenceData: "the table of permitted values",
  ledger: "the table of what has been used up",
  approvals: "the table of requests to be let in",
};

/** The stack's name and the path in it. `Default` is how a construct says that it is all there is. */
function nameOf(construct: Construct): string {
  const stack = Stack.of(construct);
  const path = construct.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  return [stack.stackName, ...path.filter((id) => id !== "Default")].join("/");
}

function checkedDays(days: number): number {
  if (!Number.isSafeInteger(days) || days < 1) throw new RangeError(`decisionDays is ${days}; it has to be a whole number from 1.`);
  return days;
}

/** CloudWatch looks back a week at most. */
function checkedHours(hours: number): number {
  if (!Number.isSafeInteger(hours) || hours < 1 || hours > 168)
    throw new RangeError(`expectSignUps.withinHours is ${hours}; it has to be a whole number from 1 to 168.`);
  return hours;
}

function pascalCase(text: string): string {
  return text.replace(/(^|[^a-z0-9]+)([a-z0-9])/gi, (_, __, letter: string) => letter.toUpperCase());
}
