import { Annotations, Fn, RemovalPolicy } from "aws-cdk-lib";
import { HttpMethod, PayloadFormatVersion } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type IFilterPattern, type JsonPattern } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import * as v from "valibot";
import { formatGateSuffix, gatePrefix } from "../../../adapters/aws/deployment-name";
import { optionSchema } from "../../../engine/option-schema";
import type { GateScope, StackFeature } from "../../../lib/feature";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { PERIOD } from "../../../lib/operations/alarms";
import { watchUpstream } from "../../../lib/operations/gate-alarms";
import { countLines, refusedAlone } from "../../../lib/operations/metrics";
import { signsInByRole } from "../../../lib/resources/graph-role";
import { callFields, LoggedHttpApi, latencyFields } from "../../../lib/resources/http-api";
import { filledInSecret } from "../../../lib/resources/secrets";
import { FLOOD_BURST, FLOOD_RATE, SLOW_EXTENSION_MS } from "../../../lib/sign-up/sign-up-calls";
import { LOCAL_EXTERNAL_TENANT } from "../../../lib/stage";
import { approvalsFeature } from "../../approvals/stack/approvals";
import { ACCOUNT_PREFIX } from "../account";
import { extensionVariables } from "../extension-caller";
import { ExtensionStep } from "./extension-step";
import { checkedExternalTenant, type ExternalTenant, type ExternalTenantOptions, externalTenantOptions } from "./external-tenant";

export interface ExternalTenantOption {
  /**
   * The external tenant that calls the gate through custom authentication extensions: docs/external-tenant.md.
   * @default none: only API connectors call
   */
  readonly externalTenant?: ExternalTenantOptions;
}

export const externalTenantFeature: StackFeature<ExternalTenantOption, ExtensionApi | undefined> = {
  order: 39,
  name: "external-tenant",
  options: optionSchema<ExternalTenantOption>({ externalTenant: v.optional(externalTenantOptions) }),
  check: ({ externalTenant: tenantOptions }) => void (tenantOptions && checkedExternalTenant(tenantOptions)),
  servedLocally: () => ({ externalTenant: LOCAL_EXTERNAL_TENANT }),
  build: (scope, { externalTenant: tenantOptions }) =>
    tenantOptions && new ExtensionApi(scope, "Extension", checkedExternalTenant(tenantOptions)),
};

const UNAUTHORIZED = "401";

/** The web API that an external tenant's custom authentication extensions call, each with a token that Entra issued. */
export class ExtensionApi extends Construct {
  /** The address without a slash at the end. */
  readonly url: string;
  /** The functions that decide: one for each step of each gate's policy. */
  readonly steps: readonly ExtensionStep[];
  /**
   * The id of the tenant whose accounts are traced to people that the gates let in. Undefined if no step adds claims to tokens.
   * @internal
   */
  readonly tracedTenant: string | undefined;
  /** Numbers of calls that passed: one metric for each path if there is one gate, else one metric for all paths. @internal */
  readonly answered: readonly Metric[];
  private readonly api: LoggedHttpApi;

  constructor(gatehouse: GateScope, id: string, tenant: ExternalTenant) {
    super(gatehouse, id);
    const { steps } = gatehouse;
    const { ledger } = gatehouse.tables;
    this.api = new LoggedHttpApi(gatehouse, this, "Api", {
      description: "Called by custom authentication extensions of a Microsoft Entra external tenant",
      rateLimit: FLOOD_RATE,
      burstLimit: FLOOD_BURST,
      // Includes the gateway's reason for refusing a token.
      logFields: { ...callFields, refused: "$context.authorizer.error", ...latencyFields },
    });
    this.url = this.api.apiEndpoint;
    const tracesAccounts = steps.some(({ step }) => step === "before-sending-token");
    this.tracedTenant = tracesAccounts ? tenant.tenantId : undefined;
    const accountReader =
      tracesAccounts && tenant.accountReader !== undefined ? this.accountReader(gatehouse, tenant.accountReader) : undefined;
    this.steps = steps.map((step) => new ExtensionStep(gatehouse, { tenant, step, tracesAccounts, accountReader }));
    this.addRoutes(tenant);
    this.watch(gatehouse);
    this.answered = this.watchCalls(gatehouse);
    if (tenant.accountReader !== undefined) watchUpstream(gatehouse);
    if (tenant.testCaller !== undefined) this.watchTestCaller(gatehouse, tenant.testCaller);
    this.addOutputs(gatehouse, tenant);
    gatehouse.answering.push(...this.steps);
    gatehouse.answered.push(...this.answered);
    if (this.tracedTenant === undefined) return;
    for (const maker of gatehouse.built(approvalsFeature)?.accountMakers ?? []) {
      maker.addEnvironment(extensionVariables.tracedTenant, this.tracedTenant);
      // `maker` creates accounts. It writes a row about each account's owner, which the account's first token needs. It reads no such rows.
      ledger.grantRowsUnder(maker, ACCOUNT_PREFIX, "PutItem");
    }
  }

  private accountReader(gatehouse: GatehouseScope, clientId: string): ISecret {
    const secret = filledInSecret(this, "AccountReader", {
      description: `Gatehouse: client secret of the Entra application ${clientId}, which reads users`,
      isOptional: signsInByRole(gatehouse),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    gatehouse.addOutput("AccountReaderSecret", secret.secretArn, "Put the client secret of the application that reads users in here");
    return secret;
  }

  private addRoutes({ issuer, audience }: ExternalTenant): void {
    const authorizer = new HttpJwtAuthorizer("EntraToken", issuer, { jwtAudience: [audience] });
    for (const { path, live } of this.steps) {
      const integration = new HttpLambdaIntegration(path, live, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });
      this.api.addRoutes({ path: `/${path}`, methods: [HttpMethod.POST], integration, authorizer });
    }
  }

  private watch({ alarms }: GatehouseScope): void {
    alarms.alarmOn("ExtensionErrors", {
      metric: this.api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
      what: "A call of the external tenant got no answer from our function; the sign-up failed.",
    });
    alarms.alarmOn("SlowExtension", {
      metric: this.api.metricLatency({ period: PERIOD, statistic: Stats.percentile(95) }),
      threshold: SLOW_EXTENSION_MS,
      // The alarm needs two slow periods, because one cold start can make a single period slow: with few answers, the 95th percentile is
      // the slowest answer.
      periods: { ringing: 2, of: 3 },
      ignoresFew: true,
      what: `One in twenty answers to the external tenant took longer than ${SLOW_EXTENSION_MS} ms. Entra waits 2,000.`,
    });
  }

  private watchCalls(gatehouse: GatehouseScope): readonly Metric[] {
    const gates = [...new Set(this.steps.map(({ gate }) => gate))];
    const passedCalls = gates.flatMap((gate) => this.watchTokens(gatehouse, gate));
    return gates.length === 1 ? passedCalls : [this.counted(gatehouse, "TokensPassed", statusIs("!="))];
  }

  /**
   * Counts a gate's refused and passed calls, and returns the metrics of the passed calls. Both the gateway and the function refuse with
   * status 401.
   */
  private watchTokens(gatehouse: GatehouseScope, gate: string): readonly Metric[] {
    const paths = this.steps.filter((step) => step.gate === gate).map(({ path }) => path);
    const at = (path: string, comparison: "=" | "!=") =>
      FilterPattern.all(statusIs(comparison), FilterPattern.stringValue("$.route", "=", `POST /${path}`));
    const toMetricSuffix = (path: string) => path.replaceAll("/", "-");
    const refusedCalls = paths.map((path) => this.counted(gatehouse, `TokensRefused-${toMetricSuffix(path)}`, at(path, "=")));
    const passedCalls = paths.map((path) => this.counted(gatehouse, `TokensPassed-${toMetricSuffix(path)}`, at(path, "!=")));
    gatehouse.alarms.alarmOn(`${gatePrefix(gate)}TokensRefused`, {
      section: "tokens-refused",
      metric: refusedAlone(refusedCalls, passedCalls),
      what: `Calls of an event${formatGateSuffix(gate)} were refused for a wrong or missing token, and none passed.`,
    });
    return passedCalls;
  }

  private counted({ name: service }: GatehouseScope, metricName: string, filterPattern: IFilterPattern): Metric {
    return countLines(this, { accessLog: this.api.accessLog, service, metricName, filterPattern });
  }

  private watchTestCaller({ alarms }: GatehouseScope, testCaller: string): void {
    alarms.alarmWhileSet(
      "TestCaller",
      "TestCallerCalls",
      "An application beside Entra may call the gate: externalTenant.testCaller is set.",
    );
    Annotations.of(this).addWarningV2(
      "gatehouse:test-caller",
      `externalTenant.testCaller lets the application ${testCaller} call the gate beside Entra: take it out once you have tested.`,
    );
  }

  private addOutputs(gatehouse: GatehouseScope, { audience }: ExternalTenant): void {
    const host = Fn.select(2, Fn.split("/", this.url));
    gatehouse.addOutput("ExtensionUrl", this.url, "Where the external tenant's custom authentication extensions call");
    gatehouse.addOutput("ExtensionIdentifierUri", `api://${host}/${audience}`, "Application ID URI of the gate's app registration");
    for (const { path, node } of this.steps)
      gatehouse.addOutput(`${node.id}Url`, `${this.url}/${path}`, `Target URL of the custom authentication extension ${path}`);
  }
}

function statusIs(comparison: "=" | "!="): JsonPattern {
  return FilterPattern.stringValue("$.status", comparison, UNAUTHORIZED);
}
