import { environment } from "../../adapters/aws/environment";
import { systemClock } from "../../adapters/system";
import { extensionRoutes } from "../../engine/protocols/extension-events";
import type { Step } from "../../engine/sign-up/sign-up";
import { within } from "../../engine/sign-up/time";
import type { DeploymentOptions } from "../command";
import { ASKING_LIMIT_MS, accountFor } from "../doctor/account";
import { type DeployedResource, type Stack, stackOf } from "../doctor/stack";
import { findInstance } from "../local-instance";
import { type ExtensionAccess, localTokens, tokensFor } from "../simulate/extension-access";

/** Whether, and how, custom authentication extensions can be called. */
export type ExtensionCalls =
  | { readonly kind: "none" }
  /** There are some, which this command may not call. */
  | { readonly kind: "closed"; readonly why: string }
  | { readonly kind: "open"; readonly access: ExtensionAccess; urlOf(step: Step, gate: string | undefined): string };

export async function extensionCalls(options: DeploymentOptions): Promise<ExtensionCalls> {
  return options.local ? localCalls(options) : await deployedCalls(await stackFor(options));
}

/** The stack's resources; undefined where there is no such stack. */
export async function stackFor(options: DeploymentOptions): Promise<Stack | undefined> {
  const account = await accountFor(options);
  return await within(ASKING_LIMIT_MS, systemClock, (signal) => stackOf(account, options.stack, signal));
}

function localCalls({ data }: DeploymentOptions): ExtensionCalls {
  const instance = findInstance({ data });
  if (instance === undefined) return { kind: "none" };
  return { kind: "open", access: localTokens(instance), urlOf: urlBelow(instance.extension.url) };
}

function urlBelow(origin: string) {
  return (step: Step, gate: string | undefined) => `${origin}/${gate === undefined ? "" : `${gate}/`}${extensionRoutes[step]}`;
}

async function deployedCalls(stack: Stack | undefined): Promise<ExtensionCalls> {
  const url = stack?.output("ExtensionUrl");
  if (stack === undefined || url === undefined) return { kind: "none" };
  const variables = (await stack.resources("AWS::Lambda::Function")).map(variablesOf);
  const found = variables.find((each) => each[environment.externalTenant] !== undefined) ?? {};
  const tenant = found[environment.externalTenant] ?? "";
  const clientId = found[environment.extensionTestCaller];
  if (clientId === undefined) {
    return { kind: "closed", why: "Entra alone may call: set externalTenant.testCaller, deploy, and take it out again afterwards" };
  }
  if (!process.env.GATEHOUSE_TOKEN && !process.env.GATEHOUSE_CLIENT_SECRET) {
    return { kind: "closed", why: `set the variable GATEHOUSE_CLIENT_SECRET to the secret of the test caller ${clientId}` };
  }
  const audience = found[environment.extensionAudience] ?? "";
  const issuer = issuerIn(await stack.resources("AWS::ApiGatewayV2::Authorizer"), tenant);
  const tokenUrl = `${issuer.replace(/\/v2\.0\/?$/, "")}/oauth2/v2.0/token`;
  const access = tokensFor({ as: "external-tenant", tenant, tokenUrl, audience, clientId });
  return { kind: "open", access, urlOf: urlBelow(url) };
}

function variablesOf({ properties }: DeployedResource): Readonly<Record<string, string>> {
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Readonly<Record<string, string>> };
  return Variables;
}

/** The console's authorizer, if it has one, is another tenant's. */
function issuerIn(authorizers: readonly DeployedResource[], tenant: string): string {
  const issuers = authorizers.map(({ properties }) => (properties.JwtConfiguration as { Issuer?: string } | undefined)?.Issuer ?? "");
  return issuers.find((issuer) => issuer.toLowerCase().includes(tenant.toLowerCase())) ?? `https://${tenant}.ciamlogin.com/${tenant}/v2.0`;
}
