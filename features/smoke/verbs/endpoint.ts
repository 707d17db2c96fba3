import { randomBytes } from "node:crypto";
import type { UserPassword } from "../../../adapters/aws/credentials";
import { readCredentials, secretOf } from "../../../cli/aws/gate-credentials";
import { type DeployedResource, stackFor, variablesOf } from "../../../cli/aws/stack";
import type { DeploymentOptions } from "../../../cli/command";
import { type Deployment, deploymentFor, localInstance } from "../../../cli/deployment";
import { CommandError, type Fault } from "../../../cli/failure";
import type { ProbeResult } from "../../../cli/probe";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { TenantKind } from "../../../engine/tenant-kinds";
import { appRoot } from "../../../lib/app-root";
import { settingsIn } from "../../../lib/settings";
import { extensionRoutes } from "../../external-tenant/extension-events";
import { extensionVariables } from "../../external-tenant/variables";
import { type ExtensionAccess, localTokens, type Target, tokensFor } from "../../simulator/verbs/target";

/** An address as one kind of tenant calls it. */
export interface SmokeTarget {
  readonly gate: string;
  readonly step: Step;
  readonly tenant: TenantKind;
  /** "suppliers/before-create-user as b2c" */
  readonly name: string;
  readonly target: Target;
  /** A remark on the call. */
  readonly told?: string;
}

/** An address that belongs to no one, different for each run. */
export function drillAddress({ drillDomain }: Pick<Deployment, "drillDomain">): string {
  return `smoke-${randomBytes(5).toString("hex")}@${drillDomain}`;
}

/** Every address of every gate, or of the one asked for, and what cannot be called. */
export async function endpointsOf(first: Deployment, options: DeploymentOptions): Promise<readonly (SmokeTarget | ProbeResult)[]> {
  const access = await extensionAccess(options);
  const found: (SmokeTarget | ProbeResult)[] = [];
  for (const gate of options.gate === undefined ? first.gates : [options.gate]) {
    const deployment = await deploymentFor({ ...options, gate });
    found.push(...(await connectorsOf(gate, deployment, options)), ...extensionsOf(gate, deployment, access));
  }
  return found;
}

async function connectorsOf(
  gate: string,
  deployment: Deployment,
  { local }: DeploymentOptions,
): Promise<readonly (SmokeTarget | ProbeResult)[]> {
  const kinds = ["workforce", "b2c"] as const;
  const named = deployment.steps.flatMap((step) => {
    const asked = step === "before-sending-token" ? kinds.filter((kind) => kind === "b2c") : kinds;
    return asked.map((tenant) => ({ gate, step, tenant, name: nameOf(deployment, step, tenant) }));
  });
  const shown = await shownBy(deployment);
  return named.map(({ name, ...given }) => {
    const { step, tenant } = given;
    if (!shown.ok) return { check: "sign-up", what: name, faults: [shown.fault] };
    const url = deployment.urlOf(step);
    if (!local && asksForCertificate(url)) return { check: "sign-up", what: name, skipped: "callers show a client certificate" };
    const credentials = shown.at(step);
    if (credentials === undefined) {
      return { check: "sign-up", what: name, skipped: "Entra has not shown the new password here, and the one before it cannot be read" };
    }
    const target: Target = { tenant, steps: [step], url: () => url, ...credentials };
    return { ...given, name, target, ...(shown.isPrevious(step) && { told: PREVIOUS }) };
  });
}

function nameOf({ pathOf }: Deployment, step: Step, tenant: TenantKind): string {
  return `${pathOf(step)} as ${tenant}`;
}

const PREVIOUS = "with the password before the last rotation: Entra has not shown the new one here";

/** Credentials of the gate's connectors at each step. */
type Shown =
  | { readonly ok: true; at(step: Step): UserPassword | undefined; isPrevious(step: Step): boolean }
  | { readonly ok: false; readonly fault: Fault };

/**
 * The previous password, if Entra has not used the new one yet: a call with the new one would count as Entra's, and end a rotation too
 * early (docs/decisions/0022).
 */
async function shownBy(deployment: Deployment): Promise<Shown> {
  try {
    const { username, password, notSeenAt = [] } = await readCredentials(deployment, new Date());
    const previous = notSeenAt.length === 0 ? undefined : await secretOf(deployment).previous();
    const isPrevious = (step: Step) => notSeenAt.includes(step);
    return { ok: true, isPrevious, at: (step) => (isPrevious(step) ? previous : { username, password }) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const fix = `It is the secret ${deployment.credentialsSecret}. Then run npm run gate -- smoke again.`;
    return { ok: false, fault: { id: "sign-up.secret", what: error.message, fix } };
  }
}

/** A custom domain with a trust store requires a client certificate, which this machine lacks. */
function asksForCertificate(url: string): boolean {
  const { customDomain } = settingsIn(appRoot);
  return customDomain?.trustStore !== undefined && new URL(url).hostname === customDomain.domainName;
}

function extensionsOf(
  gate: string,
  deployment: Deployment,
  access: ExtensionAccess | { readonly closed: string },
): readonly (SmokeTarget | ProbeResult)[] {
  const { extension } = deployment;
  if (extension === undefined) return [];
  const tenant = "external-tenant";
  return deployment.steps.map((step) => {
    const name = nameOf(deployment, step, tenant);
    if ("closed" in access) return { check: "sign-up", what: name, skipped: access.closed };
    const url = () => extension.urlOf(extensionRoutes[step]);
    return { gate, step, tenant, name, target: { tenant, steps: [step], url, ...access } };
  });
}

/** The way to call custom authentication extensions, or why this command may not. */
async function extensionAccess(options: DeploymentOptions): Promise<ExtensionAccess | { readonly closed: string }> {
  if (options.local) return localTokens(localInstance(options));
  const stack = await stackFor(options);
  const variables = (await stack?.resources("AWS::Lambda::Function"))?.map((each) => variablesOf(each)) ?? [];
  const {
    [extensionVariables.externalTenant]: tenant = "",
    [extensionVariables.extensionTestCaller]: clientId,
    [extensionVariables.extensionAudience]: audience = "",
  } = variables.find((each) => each[extensionVariables.externalTenant] !== undefined) ?? {};
  if (stack === undefined || clientId === undefined) {
    return { closed: "Entra alone may call: set externalTenant.testCaller, deploy, and take it out again afterwards" };
  }
  if (!process.env.GATEHOUSE_TOKEN && !process.env.GATEHOUSE_CLIENT_SECRET) {
    return { closed: `set the variable GATEHOUSE_CLIENT_SECRET to the secret of the test caller ${clientId}` };
  }
  const issuer = issuerIn(await stack.resources("AWS::ApiGatewayV2::Authorizer"), tenant);
  const tokenUrl = `${issuer.replace(/\/v2\.0\/?$/, "")}/oauth2/v2.0/token`;
  return tokensFor({ as: "external-tenant", tenant, tokenUrl, audience, clientId });
}

/** The console's authorizer, if it has one, is another tenant's. */
function issuerIn(authorizers: readonly DeployedResource[], tenant: string): string {
  const issuers = authorizers.map(({ properties }) => (properties.JwtConfiguration as { Issuer?: string } | undefined)?.Issuer ?? "");
  return issuers.find((issuer) => issuer.toLowerCase().includes(tenant.toLowerCase())) ?? `https://${tenant}.ciamlogin.com/${tenant}/v2.0`;
}
