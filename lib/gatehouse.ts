import { Annotations, CfnOutput } from "aws-cdk-lib";
import { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { gatePrefix, outputKeyOf, pascalCase } from "../adapters/aws/deployment-name";
import { tables } from "../adapters/tables/tables";
import type { TermsOfGates } from "../engine/access/terms";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { Step } from "../engine/sign-up/sign-up";
import type { TableName } from "../engine/sign-up/verdict";
import { AccessEnds } from "./access/access";
import { accessTermsOf } from "./access/access-terms";
import { AccessList } from "./access-list/access-list";
import { assertAppPackages } from "./app-packages";
import { appRoot } from "./app-root";
import { ApprovalApi } from "./approval-api/approval-api";
import { ApprovalMail } from "./approval-mail/approval-mail";
import { Approvals } from "./approvals/approvals";
import { AccessArrivals } from "./arrivals/arrivals";
import { type KnownAttributes, knownAttributesIn } from "./attributes-file";
import { AuditTrail } from "./audit/audit-trail";
import { AuditArchive } from "./audit-archive/audit-archive";
import { TableBackups } from "./backup/table-backups";
import { Console } from "./console/console";
import { DecisionCounts, Decisions, EventArchive } from "./decisions/decisions";
import { ExtensionApi } from "./external-tenant/extension-api";
import { extensionEntry } from "./external-tenant/extension-step";
import { checkedExternalTenant, type ExternalTenantOptions } from "./external-tenant/external-tenant";
import { Firewall } from "./firewall/firewall";
import { answeringDefaults, applyBoundary, assertOptions, type GatehouseProps } from "./gatehouse-options";
import { addOutputs } from "./gatehouse-outputs";
import type { AnsweringDefaults, FunctionDefaults, GatehouseScope, SecretDefaults, TableDefaults } from "./gatehouse-scope";
import { OutgoingAddress } from "./network/outgoing-address";
import { hourlyCalls } from "./operations/access-log-metrics";
import { Alarms } from "./operations/alarms";
import { Dashboard, watchParts } from "./operations/gatehouse-alarms";
import { LogQueries } from "./operations/log-queries";
import { Partners } from "./partners/partners";
import { assertPlace, gatehouseName, resourceFlaws } from "./place";
import { type Gate, gatesOf } from "./policy-folder/gates";
import { classesListed, type PolicyStep, usesOf, workersOf } from "./policy-folder/policy-folder";
import {
  addressWarnings,
  appIdWarnings,
  policyWarnings,
  postureNotes,
  tooSlowForExternalTenant,
  untold,
} from "./policy-folder/policy-warnings";
import { Encryption } from "./resources/encryption";
import { encryptionChoice } from "./resources/encryption-option";
import type { LoggedHttpApi } from "./resources/http-api";
import { ApiLogRole } from "./resources/rest-api";
import { RetainedTable } from "./resources/retained-table";
import { secretDefaults, unknownPlaces } from "./resources/secret-options";
import { filledInSecret } from "./resources/secrets";
import { tableDefaults } from "./resources/table-options";
import { ConnectorRotation } from "./rotation/connector-rotation";
import { isServedLocally, servedLocally } from "./served-locally";
import { SetupError } from "./setup-error";
import { Credentials } from "./sign-up/credentials";
import { CustomDomain } from "./sign-up/custom-domain";
import { SignUpApi } from "./sign-up/sign-up-api";
import { assertApi, assertFitsHttpApi, HTTP_API_LACKS, SignUpHttpApi } from "./sign-up/sign-up-http-api";
import { asksOutside, SignUpStep } from "./sign-up/sign-up-step";
import { Webhooks } from "./webhooks/webhooks";

const DECISION_DAYS = 90;
/** Half of all decisions. They have no code on a page, and previews go by the newest. */
const AFTER_SIGN_IN_DAYS = 14;

/**
 * A gate: the API that Entra calls, a function for each step of the policy, and the tables that operators edit, which
 * outlive the stack. `GatehouseProps` are the options in docs/settings.md.
 *
 * @example
 * new Gatehouse(this, "SignUp", { policy: "policy", alarmEmail: "it@contoso.com" });
 */
export class Gatehouse extends Construct implements GatehouseScope {
  readonly name: string;
  readonly functionDefaults: FunctionDefaults;
  readonly answeringDefaults: AnsweringDefaults;
  readonly tableDefaults: TableDefaults;
  readonly secretDefaults: SecretDefaults;
  readonly standby: boolean;
  readonly setsApiLogRole: boolean;
  /** `alarms.topic` gets alarms; `alarms.alarmOn` adds one. */
  readonly alarms: Alarms;
  readonly ledger: RetainedTable;
  readonly tables: Readonly<Record<TableName, RetainedTable>>;
  /** Gets every event. */
  readonly bus: IEventBus;
  /** What Entra calls; an HTTP API with `api: "http"`. */
  readonly api: RestApi | LoggedHttpApi;
  /** Its address, with a slash at the end; the custom domain's, if any. */
  readonly apiUrl: string;
  /** User name and password of the default gate's connectors. */
  readonly credentials: Credentials;
  /** The same by gate. */
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  /** One for each step of each gate's policy. */
  readonly steps: readonly SignUpStep[];
  /** What an external tenant calls. */
  readonly extension: ExtensionApi | undefined;
  /** The workers; undefined if no rule asks for approval. */
  readonly approvals: Approvals | undefined;
  /** For other systems that decide; undefined if no rule asks for approval. */
  readonly approvalApi: ApprovalApi | undefined;
  /** Replaces the connectors' passwords. */
  readonly rotation: ConnectorRotation | undefined;
  readonly console: Console | undefined;
  /** Accounts that the gates let in. */
  readonly accounts: RetainedTable;
  private readonly accessList: AccessList;
  private readonly trail: AuditTrail;
  private readonly decisions: Decisions;
  private readonly secrets: ReadonlyMap<string, ISecret>;

  constructor(scope: Construct, id: string, options: GatehouseProps) {
    super(scope, id);
    assertPlace(this);
    assertAppPackages(appRoot);
    assertOptions(options);
    assertApi(options.api);
    // The local runner puts its own in place of the app's, which is to be right all the same.
    if (options.externalTenant !== undefined) checkedExternalTenant(options.externalTenant);
    const props = servedLocally(this, options);
    const gates = gatesOf(props);
    const policy = gates.flatMap((gate) => gate.policy);
    const unfit = options.externalTenant === undefined ? untold : tooSlowForExternalTenant;
    const faults = gates.flatMap((gate) => prefixedByGate(gate, unfit(gate.policy)));
    if (faults.length > 0 && !isServedLocally(this)) throw new SetupError(faults.join("\n"));
    this.name = gatehouseName(this);
    this.functionDefaults = {
      service: this.name,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      tracing: props.tracing ?? false,
    };
    this.answeringDefaults = answeringDefaults(this, props);
    this.standby = props.standby ?? false;
    this.tableDefaults = tableDefaults(this, props);
    this.secretDefaults = secretDefaults(this, props);
    // When the app's own constructs have asked for theirs.
    this.node.addValidation({ validate: () => [...unknownPlaces(this.secretDefaults), ...resourceFlaws(this, gates.length)] });
    this.setsApiLogRole = props.setsApiLogRole ?? true;
    const encryption = encryptionChoice(this, props);
    if (encryption !== "none") new Encryption(this, encryption);
    this.alarms = new Alarms(this, "Alarms", {
      service: this.name,
      email: props.alarmEmail,
      runbookUrl: props.runbookUrl,
    });
    this.ledger = new RetainedTable(this, "Ledger", this, "ledger");
    this.accessList = new AccessList(this, "AccessList", { classes: classesListed(policy) });
    const days = props.decisionDays ?? DECISION_DAYS;
    const afterSignInDays = props.afterSignInDays ?? Math.min(days, AFTER_SIGN_IN_DAYS);
    const workers = workersOf(policy);
    const hasPartners = workers.has("partners");
    this.decisions = new Decisions(this, "Decisions", { days, afterSignInDays, hasPartners, events: props.events ?? {} });
    this.decisions.publishIncidents(this, this.accessList.changes);
    this.bus = this.decisions.bus;
    this.tables = this.makeTables();
    this.accounts = new RetainedTable(this, "Accounts", this, "accounts");
    this.decisions.publishAccounts(this, this.accounts);
    this.addOutput(tables.accounts.output, this.accounts.tableName, "Name of the table of accounts of people who were let in");
    new DecisionCounts(this, "Counts", { decisions: this.tables.decisions, ledger: this.tables.ledger, days });
    const { profiles, referenceData } = this.tables;
    this.trail = new AuditTrail(this, "Trail", {
      edited: [this.accessList.table, profiles, referenceData],
      listChanges: this.accessList.changes,
      personKey: this.decisions.personKey,
    });
    this.decisions.auditPostures(this.trail);
    this.credentials = this.makeCredentials(props, DEFAULT_GATE);
    this.gateCredentials = new Map(
      gates.map(({ name }) => [name, name === DEFAULT_GATE ? this.credentials : this.makeCredentials(props, name)]),
    );
    this.secrets = this.makeSecrets(policy);
    const attributes = knownAttributesIn(appRoot);
    this.steps = this.makeSteps(gates, this.makeOutgoingAddress(props, policy), attributes, props.externalTenant);
    if (props.externalTenant !== undefined) {
      const tenant = checkedExternalTenant(props.externalTenant);
      this.extension = new ExtensionApi(this, "Extension", { tenant, steps: this.steps, accounts: this.accounts });
    }
    this.api = this.makeApi(props);
    this.apiUrl = props.customDomain === undefined ? addressOf(this.api) : this.makeDomain(props.customDomain);
    this.rotation = props.rotation && this.makeRotation(props.rotation);
    // As names of custom attributes hold it.
    const extensionsAppId = props.extensionsAppId?.replaceAll("-", "").toLowerCase();
    if (workers.has("approvals")) {
      const table = this.tables.approvals;
      const provisions = workers.has("provisioning");
      this.approvals = new Approvals(this, "Approval", {
        table,
        trail: this.trail,
        decisions: this.decisions,
        provisions,
        endsAccess: workers.has("access"),
        ledger: this.tables.ledger,
        accounts: this.accounts,
        tracedTenant: this.extension?.tracedTenant,
        extensionsAppId,
      });
      this.approvalApi = new ApprovalApi(this, "ApprovalApi", { table, ledger: this.tables.ledger });
    }
    this.console =
      props.console &&
      new Console(this, "Console", {
        ...props.console,
        gates,
        tables: this.tables,
        accounts: this.accounts,
        listChanges: this.accessList.changes,
        trail: this.trail,
        decisions: this.decisions,
        personKey: this.decisions.personKey,
        accountSettings: this.approvals?.settings,
        tellsAlarms: !isServedLocally(this),
      });
    if (this.approvals?.settings && workers.has("access")) {
      const tenant = this.extension === undefined || isServedLocally(this) ? "workforce" : "external";
      new AccessArrivals(this, "Arrivals", { settings: this.approvals.settings, tenant });
    }
    const partners = hasPartners
      ? new Partners(this, "Partners", { decisions: this.decisions, trail: this.trail, accessList: this.tables.accessList })
      : undefined;
    const terms = accessTermsOf(gates);
    const access =
      this.approvals?.settings &&
      workers.has("access") &&
      new AccessEnds(this, "Access", {
        terms,
        accounts: this.accounts,
        ledger: this.tables.ledger,
        decisions: this.decisions,
        settings: this.approvals.settings,
      });
    const mail = this.approvals && this.makeMail(props.approvalMail, terms);
    this.addOptions(props);
    const { decisions, approvals, approvalApi, rotation, secrets, gateCredentials, steps, apiUrl } = this;
    const readsAccounts = props.externalTenant?.accountReader !== undefined;
    watchParts(this, {
      policy,
      steps,
      gates: [...gateCredentials.keys()],
      approvals,
      approvalApi,
      mail,
      partners,
      access: access || undefined,
      rotation,
      readsAccounts,
    });
    addOutputs(this, { tables: this.tables, decisions, secrets, gateCredentials, steps, apiUrl });
    if (props.permissionsBoundaryArn !== undefined) {
      applyBoundary(props.permissionsBoundaryArn, [this, ...(this.setsApiLogRole ? [ApiLogRole.of(this)] : [])]);
    }
    const warnings = gates.flatMap((gate) =>
      prefixedByGate(gate, [
        ...policyWarnings(gate.policy, { extensionsAppId, gate: gate.name, attributes }),
        ...addressWarnings(gate, options.externalTenant !== undefined),
      ]),
    );
    for (const [index, info] of gates.flatMap((gate) => prefixedByGate(gate, postureNotes(gate.policy))).entries())
      Annotations.of(this).addInfoV2(`gatehouse:posture-${index}`, info);
    for (const [index, warning] of [...warnings, ...appIdWarnings(extensionsAppId, attributes), ...faults].entries())
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
      profiles: new RetainedTable(this, "Profiles", this, "profiles"),
      referenceData: new RetainedTable(this, "ReferenceData", this, "referenceData"),
      ledger: this.ledger,
      approvals: new RetainedTable(this, "Approvals", this, "approvals"),
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

  private makeCredentials({ customDomain }: GatehouseProps, gate: string): Credentials {
    return new Credentials(this, `${gatePrefix(gate)}Credentials`, {
      gate,
      trustStore: customDomain?.trustStore,
      ledger: this.tables.ledger,
      // All callers who passed have one limit.
      ...(gate !== DEFAULT_GATE && { callerKey: this.credentials.callerKey }),
    });
  }

  private makeSteps(
    gates: readonly Gate[],
    outgoing: OutgoingAddress | undefined,
    attributes: KnownAttributes | undefined,
    tenant: ExternalTenantOptions | undefined,
  ): readonly SignUpStep[] {
    const { tables, decisions, secrets } = this;
    const shared = { tables, decisions, secrets, network: outgoing?.network, listAttributes: attributes?.listAttributes };
    const entriesOf = (step: Step) => [step, ...(tenant === undefined ? [] : [extensionEntry(step, tenant)])];
    return gates.flatMap(({ name: gate, policy, addressAttribute }) =>
      policy.map((step) => {
        const own = { step, gate, entries: entriesOf(step.step), addressAttribute };
        return new SignUpStep(this, `${gatePrefix(gate)}${pascalCase(step.step)}`, { ...own, ...shared });
      }),
    );
  }

  private stepsOf(gate: string): readonly SignUpStep[] {
    return this.steps.filter((step) => step.gate === gate);
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

  private makeApi(props: GatehouseProps): RestApi | LoggedHttpApi {
    const { api, answered } = props.api === "http" ? this.makeHttpApi(props) : this.makeRestApi(props);
    const { expectSignUps } = props;
    // In a region that waits nobody calls.
    if (expectSignUps !== undefined && !this.standby) {
      this.watchSilence(expectSignUps.withinHours, [...answered, ...(this.extension?.answered ?? [])]);
    }
    return api;
  }

  private makeRestApi({ rateLimit = 50, customDomain }: GatehouseProps): SignUpApi {
    return new SignUpApi(this, "SignUp", {
      gates: this.gatePaths().map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.restAuthorizer() })),
      callerKey: this.credentials.callerKey,
      rateLimit,
      disableDefaultEndpoint: customDomain !== undefined,
    });
  }

  private makeHttpApi(props: GatehouseProps): SignUpHttpApi {
    assertFitsHttpApi(props);
    Annotations.of(this).addWarningV2("gatehouse:http-api", HTTP_API_LACKS);
    return new SignUpHttpApi(this, "SignUp", {
      gates: this.gatePaths().map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.httpAuthorizer() })),
      disableDefaultEndpoint: props.customDomain !== undefined,
    });
  }

  private gatePaths() {
    return [...this.gateCredentials].map(([gate, credentials]) => ({
      gate,
      credentials,
      routes: new Map(this.stepsOf(gate).map((step) => [step.path, step.live])),
    }));
  }

  private watchSilence(hours: number, answered: readonly Metric[]): void {
    const what = `No sign-up call was answered for ${hours} hours.`;
    this.alarms.alarmOnSilence("NoSignUps", hours, { metric: hourlyCalls(answered), what });
  }

  private makeDomain(options: NonNullable<GatehouseProps["customDomain"]>): string {
    return new CustomDomain(this, "Domain", { ...options, api: this.api, accessList: this.tables.accessList }).url;
  }

  private makeRotation(options: NonNullable<GatehouseProps["rotation"]>): ConnectorRotation {
    const gates = [...this.gateCredentials].map(([gate, credentials]) => {
      const urls = Object.fromEntries(this.stepsOf(gate).map(({ path }) => [path, `${this.apiUrl}${path}`]));
      return { gate, credentials, urls };
    });
    return new ConnectorRotation(this, "Rotation", { ...options, gates, ledger: this.tables.ledger });
  }

  private makeMail(options: GatehouseProps["approvalMail"], terms: TermsOfGates): ApprovalMail | undefined {
    if (options === false) return undefined;
    const consoleUrl = options?.consoleUrl ?? (this.console && `${this.console.url}/approvals/requests/{id}`);
    const asksSponsors = Object.values(terms).some(({ renew }) => renew === "sponsor");
    const renewals = asksSponsors ? { terms, accounts: this.accounts, trail: this.trail } : undefined;
    return new ApprovalMail(this, "ApprovalMail", this.tables, { ...options, consoleUrl }, renewals);
  }

  private addOptions({ waf, webhooks = [], eventArchiveDays, dashboard, backup, auditArchive }: GatehouseProps): void {
    if (waf && this.api instanceof RestApi) new Firewall(this, "Firewall", { stage: this.api.deploymentStage });
    if (webhooks.length > 0) new Webhooks(this, "Webhooks", { webhooks });
    if (eventArchiveDays !== undefined) new EventArchive(this, "EventArchive", { days: eventArchiveDays });
    if (backup !== undefined) new TableBackups(this, "Backups", backup);
    if (auditArchive !== undefined)
      new AuditArchive(this, "AuditArchive", { ...auditArchive, trail: this.trail.table, ledger: this.tables.ledger });
    const functions = [...this.steps, ...(this.extension?.steps ?? [])].map((step) => step.function);
    if (dashboard) new Dashboard(this, "Dashboard", { api: this.api, functions });
    new LogQueries(this, "Queries");
  }
}

/** Sentences about a gate's policy, each saying whose it is. */
function prefixedByGate({ name }: Gate, sentences: readonly string[]): readonly string[] {
  return sentences.map((sentence) => (name === DEFAULT_GATE ? sentence : `Gate ${name}: ${sentence}`));
}

/** With a slash at the end. */
function addressOf(api: RestApi | LoggedHttpApi): string {
  return api instanceof RestApi ? api.url : `${api.apiEndpoint}/`;
}
