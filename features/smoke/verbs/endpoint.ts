import { randomBytes } from "node:crypto";
import type { UserPassword } from "../../../adapters/aws/credentials";
import { createCredentialsSecret, readCredentials } from "../../../cli/aws/gate-credentials";
import { type DeployedResource, readVariables, stackFor } from "../../../cli/aws/stack";
import type { DeploymentOptions } from "../../../cli/command";
import { type Deployment, deploymentFor, localInstance } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { failProbe, skipProbe } from "../../../cli/probe";
import type { Step, TenantKind } from "../../../engine/sign-up/sign-up";
import { appRoot } from "../../../lib/app-root";
import { settingsIn } from "../../../lib/settings";
import { extensionRoutes, extensionVariables } from "../../external-tenant/extension-caller";
import { type ExtensionAccess, localTokens, type Target, tokensFor } from "../../simulator/verbs/target";

export interface SmokeTarget {
  readonly gate: string;
  readonly step: Step;
  readonly tenant: TenantKind;
  /** Such as "suppliers/before-create-user as b2c". */
  readonly name: string;
  /** Ends the probe if this command may not call the endpoint. */
  reach(): Promise<Reached>;
}

interface Reached {
  readonly target: Target;
  readonly told?: string;
}

/** An address that belongs to no one, different in each run. */
export function drillAddress({ drillDomain }: Pick<Deployment, "drillDomain">): string {
  return `smoke-${randomBytes(5).toString("hex")}@${drillDomain}`;
}

export async function listEndpoints(first: Deployment, options: DeploymentOptions): Promise<readonly SmokeTarget[]> {
  const access = once(() => extensionAccess(options));
  const targets: SmokeTarget[] = [];
  for (const gate of options.gate === undefined ? first.gates : [options.gate]) {
    const deployment = await deploymentFor({ ...options, gate });
    targets.push(...listConnectors(gate, deployment, options), ...listExtensions(gate, deployment, access));
  }
  return targets;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

function listConnectors(gate: string, deployment: Deployment, { local }: DeploymentOptions): readonly SmokeTarget[] {
  const passwords = once(() => readPasswords(deployment));
  const calls = deployment.steps.flatMap((step) => (["workforce", "b2c"] as const).map((tenant) => ({ tenant, step })));
  return calls.flatMap(({ tenant, step }) => {
    if (tenant === "workforce" && step === "before-sending-token") return [];
    const url = deployment.urlOf(step);
    const reach = async () => {
      const { told, ...credentials } = (await passwords())(step);
      if (!local && asksForCertificate(url)) skipProbe("callers show a client certificate");
      return { target: { tenant, steps: [step], url: () => url, ...credentials }, told };
    };
    return { gate, step, tenant, name: formatEndpointName(deployment, step, tenant), reach };
  });
}

function formatEndpointName({ pathOf }: Deployment, step: Step, tenant: TenantKind): string {
  return `${pathOf(step)} as ${tenant}`;
}

/**
 * Returns each step's password. If Entra has not used the new one, returns the old one: a test with the new one would count as Entra's
 * call, and end the rotation too early (docs/decisions/0022).
 */
async function readPasswords(deployment: Deployment): Promise<(step: Step) => UserPassword & { readonly told?: string }> {
  try {
    const { username, password, notSeenAt = [] } = await readCredentials(deployment, new Date());
    const previous = notSeenAt.length === 0 ? undefined : await createCredentialsSecret(deployment).previous();
    return (step) => {
      if (!notSeenAt.includes(step)) return { username, password };
      const userPassword = previous ?? skipProbe("Entra has not shown the new password here, and the one before it cannot be read");
      return { ...userPassword, told: "with the password before the last rotation: Entra has not shown the new one here" };
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const fix = `It is the secret ${deployment.credentialsSecret}. Then run npm run gate -- smoke again.`;
    return failProbe("sign-up.secret", error.message, fix);
  }
}

/** A custom domain with a trust store requires a client certificate, which this machine lacks. */
function asksForCertificate(url: string): boolean {
  const { customDomain } = settingsIn(appRoot);
  return customDomain?.trustStore !== undefined && new URL(url).hostname === customDomain.domainName;
}

function listExtensions(gate: string, deployment: Deployment, access: () => Promise<ExtensionAccess>): readonly SmokeTarget[] {
  const { extension } = deployment;
  if (extension === undefined) return [];
  const tenant = "external-tenant";
  return deployment.steps.map((step) => {
    const url = () => extension.urlOf(extensionRoutes[step]);
    const reach = async () => ({ target: { tenant, steps: [step], url, ...(await access()) } as const });
    return { gate, step, tenant, name: formatEndpointName(deployment, step, tenant), reach };
  });
}

async function extensionAccess(options: DeploymentOptions): Promise<ExtensionAccess> {
  if (options.local) return localTokens(localInstance(options));
  const stack = await stackFor(options);
  const variables = (await stack?.resources("AWS::Lambda::Function"))?.map((each) => readVariables(each)) ?? [];
  const {
    [extensionVariables.externalTenant]: tenant = "",
    [extensionVariables.extensionTestCaller]: clientId,
    [extensionVariables.extensionAudience]: audience = "",
  } = variables.find((each) => each[extensionVariables.externalTenant] !== undefined) ?? {};
  if (stack === undefined || clientId === undefined) {
    return skipProbe("only Entra may call: set externalTenant.testCaller, deploy, and take it out again afterwards");
  }
  if (!process.env.GATEHOUSE_TOKEN && !process.env.GATEHOUSE_CLIENT_SECRET) {
    skipProbe(`set the variable GATEHOUSE_CLIENT_SECRET to the secret of the test caller ${clientId}`);
  }
  const issuer = issuerIn(await stack.resources("AWS::ApiGatewayV2::Authorizer"), tenant);
  const tokenUrl = `${issuer.replace(/\/v2\.0\/?$/, "")}/oauth2/v2.0/token`;
  return tokensFor({ as: "external-tenant", tenant, tokenUrl, audience, clientId });
}

/** Returns the issuer that names the external tenant. The console may have an authorizer too, but for another tenant. */
function issuerIn(authorizers: readonly DeployedResource[], tenant: string): string {
  const issuers = authorizers.map(({ properties }) => (properties.JwtConfiguration as { Issuer?: string } | undefined)?.Issuer ?? "");
  return issuers.find((issuer) => issuer.toLowerCase().includes(tenant.toLowerCase())) ?? `https://${tenant}.ciamlogin.com/${tenant}/v2.0`;
}
