import { Annotations, CfnOutput } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { MathExpression, Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { Grant, IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { buildOutputKey, gatePrefix, pascalCase } from "../adapters/aws/deployment-name";
import type { AnyTableName } from "../adapters/tables/tables";
import { omit } from "../engine/collections";
import { nearest } from "../engine/problem-texts";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import { hasPeopleWait } from "../engine/sign-up/waiting";
import { assertAppPackages } from "./app-packages";
import { appRoot } from "./app-root";
import { type KnownAttributes, knownAttributesIn } from "./attributes-file";
import { SetupError } from "./errors";
import { type AnsweringFunction, type GateFacts, type GateScope, isWanted, type StackFeature } from "./feature";
import { GatehouseParts, grantListReading, grantListWriting, stackFeatures } from "./features";
import { applyBoundary, assertOptions, type GatehouseProps, servedLocally } from "./gatehouse-options";
import { addOutputs, noteCommit } from "./gatehouse-outputs";
import type { AnsweringDefaults, FunctionDefaults, GraphDefaults, SecretDefaults, TableDefaults } from "./gatehouse-scope";
import { makeTables } from "./gatehouse-tables";
import { readNetwork } from "./network/network";
import { OutgoingAddress } from "./network/outgoing-address";
import { Alarms } from "./operations/alarms";
import { watchGates } from "./operations/gate-alarms";
import { countDecisions, type DecisionMetricOptions, hourlyCalls } from "./operations/metrics";
import { assertPlace, environmentFlaws, gatehouseName, resourceFlaws } from "./place";
import { annotatePolicies, loadGates } from "./policy-folder/gates";
import { listStepUses, listWorkers } from "./policy-folder/policy-folder";
import { Encryption } from "./resources/encryption";
import { encryptionChoice } from "./resources/encryption-option";
import { signsInByRole } from "./resources/graph-role";
import type { LoggedHttpApi } from "./resources/http-api";
import { ApiLogRole } from "./resources/rest-api";
import type { RetainedTable } from "./resources/retained-table";
import { filledInSecret, secretDefaults, unknownPlaces } from "./resources/secrets";
import { tableDefaults } from "./resources/table-options";
import { Credentials } from "./sign-up/credentials";
import { CustomDomain } from "./sign-up/custom-domain";
import type { GateRecords } from "./sign-up/records";
import { apiAddress, makeApi } from "./sign-up/sign-up-api";
import { asksOutside, SignUpStep } from "./sign-up/sign-up-step";
import { isServedLocally } from "./stage";

const DECISION_DAYS = 90;
/**
 * Default retention, in days, of decisions after sign-in that let a person continue: half of all decisions. Few days are enough: previews
 * use the newest decisions, and people do not see the codes of these decisions.
 */
const AFTER_SIGN_IN_DAYS = 14;

/**
 * A gate: the API that Entra calls, a function for each step of the policy, and the tables that operators edit, which
 * outlive the stack. `GatehouseProps` are the options in docs/settings.md.
 *
 * @example
 * new Gatehouse(this, "SignUp", { policy: "policy", alarmEmail: "it@contoso.com" });
 */
export class Gatehouse extends GatehouseParts implements GateScope {
  readonly name: string;
  /** @internal */
  readonly facts: GateFacts;
  /** @internal */
  readonly features = stackFeatures;
  private readonly wanted: readonly StackFeature[];
  readonly functionDefaults: FunctionDefaults;
  /** @internal */
  readonly answeringDefaults: AnsweringDefaults;
  /** @internal */
  readonly tableDefaults: TableDefaults;
  /** @internal */
  readonly secretDefaults: SecretDefaults;
  /** @internal */
  readonly graphDefaults: GraphDefaults;
  /** @internal */
  readonly standby: boolean;
  /** @internal */
  readonly setsApiLogRole: boolean;
  /** `alarms.topic` gets alarms; `alarms.alarmOn` adds one. */
  readonly alarms: Alarms;
  /** @internal */
  readonly records: GateRecords;
  /** Profiles, reference data, approvals and accounts are made when something first asks for them. */
  readonly tables: Readonly<Record<AnyTableName, RetainedTable>>;
  /** @internal */
  readonly whenMade: GateScope["whenMade"];
  readonly ledger: RetainedTable;
  /** The API that Entra calls: an HTTP API if the option `api` is "http", otherwise a REST API. */
  readonly api: RestApi | LoggedHttpApi;
  /** The API's address, with a slash at the end; on the custom domain if there is one. */
  readonly apiUrl: string;
  readonly domain: CustomDomain | undefined;
  /** User name and password of the default gate's connectors. */
  readonly credentials: Credentials;
  /** User name and password of the connectors, by gate. */
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  /** One for each step of each gate's policy. */
  readonly steps: readonly SignUpStep[];
  /** @internal */
  readonly answering: AnsweringFunction[];
  /** @internal */
  readonly answered: Metric[];
  /** @internal */
  readonly watched: IFunction[] = [];
  private readonly parts = new Map<StackFeature, unknown>();

  constructor(scope: Construct, id: string, options: GatehouseProps) {
    super(scope, id);
    assertPlace(this);
    assertAppPackages(appRoot);
    assertOptions(options);
    const props = servedLocally(this, options);
    const gates = loadGates(props);
    const policy = gates.flatMap((gate) => gate.policy);
    this.facts = { gates, policy, workers: listWorkers(policy), servedLocally: isServedLocally(this) };
    this.wanted = this.features.filter((feature) => isWanted(feature, this.facts, props));
    const attributes = knownAttributesIn(appRoot);
    annotatePolicies(this, gates, { settings: options, attributes });
    this.name = gatehouseName(this);
    this.functionDefaults = {
      service: this.name,
      logRetention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      tracing: props.tracing ?? false,
      network: props.network && readNetwork(this, props.network, policy.some(asksOutside)),
    };
    const { provisionedConcurrency, reservedConcurrency } = props;
    this.answeringDefaults = { provisionedConcurrency, reservedConcurrency };
    this.standby = props.standby ?? false;
    this.tableDefaults = tableDefaults(this, props);
    this.secretDefaults = secretDefaults(this, props);
    this.graphDefaults = { signIn: props.graphSignIn ?? "secret", cloud: props.cloud ?? "global" };
    // The validation runs after the app's own constructs have asked for their secrets.
    this.node.addValidation({
      validate: () => [...unknownPlaces(this.secretDefaults), ...resourceFlaws(this, gates.length), ...environmentFlaws(this)],
    });
    this.setsApiLogRole = props.setsApiLogRole ?? true;
    const encryption = encryptionChoice(this, props);
    if (encryption !== "none") new Encryption(this, encryption);
    this.alarms = new Alarms(this, "Alarms", { ...props, service: this.name });
    const days = props.decisionDays ?? DECISION_DAYS;
    const { records, tables, whenMade } = makeTables(this, {
      days,
      afterSignInDays: props.afterSignInDays ?? Math.min(days, AFTER_SIGN_IN_DAYS),
    });
    this.records = records;
    this.tables = tables;
    this.whenMade = whenMade;
    this.ledger = tables.ledger;
    this.credentials = this.makeCredentials(props, DEFAULT_GATE);
    this.gateCredentials = new Map(
      gates.map(({ name }) => [name, name === DEFAULT_GATE ? this.credentials : this.makeCredentials(props, name)]),
    );
    const secrets = this.makeSecrets();
    this.steps = this.makeSteps(props, secrets, attributes);
    this.answering = [...this.steps];
    const { api, answered } = makeApi(this, props);
    this.api = api;
    this.answered = [...answered];
    this.domain = props.customDomain && new CustomDomain(this, "Domain", { ...props.customDomain, api });
    this.apiUrl = this.domain?.url ?? apiAddress(api);
    for (const feature of this.wanted) this.parts.set(feature, feature.build?.(this, props as never));
    this.watch(props);
    addOutputs(this, secrets);
    if (!this.facts.servedLocally) noteCommit(this, appRoot);
    if (props.permissionsBoundaryArn !== undefined) {
      applyBoundary(props.permissionsBoundaryArn, [this, ...(this.setsApiLogRole ? [ApiLogRole.of(this)] : [])]);
    }
  }

  /** The bus that gets every event. Reading this member makes the bus. */
  get bus(): IEventBus {
    return this.records.bus;
  }

  /** Accounts that the gates let in. */
  get accounts(): RetainedTable {
    return this.tables.accounts;
  }

  /** Grants reading the access list, and the use of its key. */
  grantReadList(grantee: IGrantable): Grant {
    return grantListReading(this.tables.accessList, grantee);
  }

  /**
   * Grants writing the access list, except the columns that only Gatehouse writes: docs/storage.md. Anyone with this right decides who can
   * sign up.
   */
  grantWriteList(grantee: IGrantable): Grant {
    return grantListWriting(this.tables.accessList, grantee);
  }

  /** Number of decisions in five minutes. */
  metricDecisions(options: DecisionMetricOptions = {}): MathExpression {
    const { gate = DEFAULT_GATE } = options;
    const gates = [...this.gateCredentials.keys()];
    if (!gates.includes(gate)) throw new SetupError(`metricDecisions: there is no gate ${gate}${nearest(gate, gates)}`);
    return countDecisions(this.name, options);
  }

  /** Number of sign-ups in five minutes that were blocked because a rule or a read failed. */
  metricFailures(options: MetricOptions = {}): Metric {
    return this.alarms.counted("FailedClosed").with(options);
  }

  /** Number of the connectors' calls, refused ones included. */
  metricCalls(options?: MetricOptions): Metric {
    return this.api.metricCount(options);
  }

  /** Milliseconds from a connector's call to the answer. */
  metricLatency(options?: MetricOptions): Metric {
    return this.api.metricLatency(options);
  }

  /** @internal */
  addOutput(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description }).overrideLogicalId(buildOutputKey(this.name, name));
  }

  /** @internal */
  built<Built>(feature: StackFeature<never, Built>): Built | undefined {
    if (!this.wanted.includes(feature)) return undefined;
    if (!this.parts.has(feature)) throw new Error(`${feature.name} is not built yet: put it higher in features.ts.`);
    return this.parts.get(feature) as Built;
  }

  /** The secrets outlive the policy, because somebody typed in their values by hand. */
  private makeSecrets(): ReadonlyMap<string, ISecret> {
    const shapes = new Map<string, Readonly<Record<string, string>> | undefined>();
    for (const use of this.facts.policy.flatMap(listStepUses)) {
      if (!("secret" in use)) continue;
      const shape = use.shape && use.opensGraph && signsInByRole(this) ? omit(use.shape, "clientSecret") : use.shape;
      shapes.set(use.secret, shape ?? shapes.get(use.secret));
    }
    return new Map(
      [...shapes].map(([name, shape]) => {
        return [name, filledInSecret(this, `${pascalCase(name)}Secret`, { description: `Gatehouse policy: ${name}`, shape })];
      }),
    );
  }

  private makeCredentials({ customDomain }: GatehouseProps, gate: string): Credentials {
    const credentials = new Credentials(this, `${gatePrefix(gate)}Credentials`, {
      gate,
      trustStore: customDomain?.trustStore,
      // Callers of all gates share one limit, so a named gate uses the caller key of the default gate.
      callerKey: gate === DEFAULT_GATE ? undefined : this.credentials.callerKey,
    });
    for (const feature of this.features) feature.grantAuthorizer?.(credentials.function, this);
    return credentials;
  }

  private makeSteps(
    props: GatehouseProps,
    secrets: ReadonlyMap<string, ISecret>,
    attributes: KnownAttributes | undefined,
  ): readonly SignUpStep[] {
    const { facts, records, tables } = this;
    const network = this.makeOutgoingAddress(props)?.network;
    const sharedParts = { tables, records, secrets, network, listAttributes: attributes?.listAttributes };
    return facts.gates.flatMap(({ name: gate, policy, addressAttribute }) =>
      policy.map((step) => {
        const nextHasPeopleWait = step.step === "after-sign-in" && hasPeopleWait(step.policy);
        const stepParts = { step, gate, addressAttribute, nextHasPeopleWait };
        return new SignUpStep(this, `${gatePrefix(gate)}${pascalCase(step.step)}`, { ...stepParts, ...sharedParts });
      }),
    );
  }

  /** Makes the address even if no rule needs it: if a rule is removed for a day, the address must stay. */
  private makeOutgoingAddress({ fixedOutgoingAddress = false }: GatehouseProps): OutgoingAddress | undefined {
    if (fixedOutgoingAddress === false) return undefined;
    if (!this.facts.policy.some(asksOutside)) {
      Annotations.of(this).addWarningV2(
        "gatehouse:outgoing-address",
        "fixedOutgoingAddress is on, but no rule calls a system outside: it costs about $37 a month, and nothing uses it.",
      );
    }
    return new OutgoingAddress(this, "Outgoing", fixedOutgoingAddress === true ? {} : fixedOutgoingAddress);
  }

  private watch({ expectSignUps }: GatehouseProps): void {
    watchGates(this);
    // A standby region gets no calls.
    if (expectSignUps === undefined || this.standby) return;
    const { withinHours: hours } = expectSignUps;
    const what = `No sign-up call was answered for ${hours} hours.`;
    this.alarms.alarmOnSilence("NoSignUps", hours, { metric: hourlyCalls(this.answered), what });
  }
}
