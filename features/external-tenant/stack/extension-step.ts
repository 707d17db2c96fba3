import { Duration } from "aws-cdk-lib";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { formatGateSuffix, gatePrefix, pascalCase } from "../../../adapters/aws/deployment-name";
import { graphEnvironment } from "../../../adapters/graph/clouds";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { GateScope } from "../../../lib/feature";
import { liveAlias } from "../../../lib/resources/gatehouse-function";
import { grantGraph } from "../../../lib/resources/graph-role";
import { grantSecret } from "../../../lib/resources/secrets";
import { SLOW_EXTENSION_MS } from "../../../lib/sign-up/sign-up-calls";
import type { SignUpStep } from "../../../lib/sign-up/sign-up-step";
import { DIRECTORY_ENTRY } from "../../../lib/sign-up/step-bundle";
import { stepFunction } from "../../../lib/sign-up/step-function";
import { ACCOUNT_PREFIX, SIGNED_UP_PREFIX } from "../account";
import { extensionRoutes, extensionVariables } from "../extension-caller";
import { JOURNEY_PREFIX } from "../journey";
import type { ExternalTenant, ExternalTenantOptions } from "./external-tenant";

/**
 * Entra hangs up after two seconds and repeats the call. After this timeout, the first call stops, so that it no longer competes with its
 * repeat.
 */
const TIMEOUT = Duration.seconds(5);

export interface ExtensionStepProps {
  readonly tenant: ExternalTenant;
  /** The policy's step, which API connectors may call too. */
  readonly step: SignUpStep;
  /** True if a step adds claims to tokens. Accounts are then traced to the people that the gates let in. */
  readonly tracesAccounts: boolean;
  /** The credential of an application that may read users; undefined if Graph is not asked. */
  readonly accountReader: ISecret | undefined;
}

/** Returns the file of `lambda/` that answers a tenant at a step. Only the bundle for tokens contains the code that signs in to Graph. */
function extensionEntry(step: Step, { accountReader }: ExternalTenantOptions): string {
  return step === "before-sending-token" && accountReader !== undefined ? DIRECTORY_ENTRY : extensionRoutes[step];
}

/** The function that a custom authentication extension calls for one step. */
export class ExtensionStep extends Construct {
  readonly gate: string;
  readonly step: Step;
  readonly slowMs = SLOW_EXTENSION_MS;
  readonly function: LambdaFunction;
  readonly live: Alias;
  /** The path that Entra calls, without a leading slash: the event's name, below the gate's name if the gate has one. */
  readonly path: string;

  constructor(gatehouse: GateScope, { tenant, step: { gate, step, props }, tracesAccounts, accountReader }: ExtensionStepProps) {
    const event = extensionRoutes[step];
    super(gatehouse, `${gatePrefix(gate)}${pascalCase(event)}`);
    this.gate = gate;
    this.step = step;
    this.path = gate === DEFAULT_GATE ? event : `${gate}/${event}`;
    const description = `Answers an external tenant: ${event}${formatGateSuffix(gate)}`;
    this.function = stepFunction(this, gatehouse, { ...props, entry: extensionEntry(step, tenant), description, timeout: TIMEOUT });
    if (step === "before-sending-token" && accountReader !== undefined) this.askGraph(gatehouse, tenant, accountReader);
    this.live = liveAlias(this.function, gatehouse.answeringDefaults);
    this.function.addEnvironment(extensionVariables.externalTenant, tenant.tenantId);
    this.function.addEnvironment(extensionVariables.extensionAudience, tenant.audience);
    if (props.addressAttribute !== undefined) this.function.addEnvironment(extensionVariables.addressAttribute, props.addressAttribute);
    const { ledger } = props.tables;
    // The step before the form stores the provider's address. The step after the form reads it.
    if (step === "after-sign-in") ledger.grantRowsUnder(this.function, JOURNEY_PREFIX, "PutItem");
    if (step === "before-create-user") ledger.grantRows(this.function, "BatchGetItem");
    if (tenant.testCaller !== undefined) this.function.addEnvironment(extensionVariables.extensionTestCaller, tenant.testCaller);
    if (tracesAccounts) this.traceAccounts(step, gatehouse.tables);
  }

  /** Prefix of the alarms' names. */
  get name(): string {
    return this.node.id;
  }

  private askGraph(gatehouse: GateScope, { tenantId, accountReader = "" }: ExternalTenant, secret: ISecret): void {
    this.function.addEnvironment(graphEnvironment.tenant, tenantId);
    this.function.addEnvironment(graphEnvironment.client, accountReader);
    grantSecret(this.function, graphEnvironment.secret, secret);
    grantGraph(this.function, gatehouse, { application: "AccountLookup", does: "reads who owns an account", isVersioned: true });
  }

  private traceAccounts(step: Step, tables: GateScope["tables"]): void {
    if (step === "after-sign-in") return;
    const { ledger } = tables;
    this.function.addEnvironment(extensionVariables.accountTracing, "true");
    // The step after the form writes a row for each person who passes. The step before the account's first token adds the account to the
    // row.
    ledger.grantRowsUnder(this.function, SIGNED_UP_PREFIX, "UpdateItem");
    if (step === "before-create-user") return;
    // No condition on keys, because one `BatchGetItem` call reads the rows for tracing and the rows of all rules.
    ledger.grantRows(this.function, "BatchGetItem");
    ledger.grantRowsUnder(this.function, ACCOUNT_PREFIX, "PutItem");
    // The first token names the account. The step before a token then reads and writes the account's row.
    tables.accounts.grantRows(this.function, "GetItem", "PutItem");
  }
}
