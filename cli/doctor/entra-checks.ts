import { decodeJwt } from "jose";
import { readProvisioningSettings, SettingsError } from "../../adapters/aws/approval-settings";
import { secretsManager } from "../../adapters/aws/client";
import { secretVersion } from "../../adapters/aws/secret-version";
import { GRAPH_SCOPE, graphEnvironment, loginOrigin } from "../../adapters/graph/graph";
import { graphSignIn, readCredential } from "../../adapters/graph/sign-in";
import { checkedExternalTenant } from "../../lib/sign-up/external-tenant";
import { proxiedFetch } from "../proxy";
import { type Fault, inStack, nothingWrong, onMachine } from "./check";

/** What making accounts takes: docs/recipes/approvals-entra.md. */
const PERMISSION = "User.ReadWrite.All";

/** API Gateway compares the issuer letter by letter. */
export const issuerCheck = onMachine("issuer", async ({ settings }, signal) => {
  if (settings.externalTenant === undefined) return { skipped: "no external tenant calls" };
  const { issuer } = checkedExternalTenant(settings.externalTenant);
  const response = await proxiedFetch(metadataUrl(issuer), { signal });
  const { issuer: told } = (response.status === 200 ? await response.json().catch(() => ({})) : {}) as { issuer?: string };
  if (told === issuer) return nothingWrong;
  if (told === undefined) {
    const mend = "Check externalTenant.tenantId, and issuer if you set it, against the tenant's overview in the Entra admin center.";
    return [{ id: "issuer.no-metadata", what: `${issuer} has no metadata of a tenant: it answers ${response.status}.`, mend }];
  }
  const mend = `Set externalTenant.issuer to "${told}" and deploy again.`;
  return [
    { id: "issuer.other", what: `The tenant signs its tokens as ${told}, and settings.ts expects ${issuer}: every call is refused.`, mend },
  ];
});

/** OpenID Connect Discovery 1.0 §4; at the stand-in for Entra, if there is one. */
function metadataUrl(issuer: string): URL {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  return process.env[graphEnvironment.loginEndpoint] === undefined ? url : new URL(url.pathname, loginOrigin());
}

/** Whether approved people can get their accounts. */
export const graphCheck = inStack("graph", async (stack, _, signal) => {
  const arn = stack.output("ApprovalsSecret");
  if (arn === undefined) return { skipped: "the policy makes no accounts" };
  const secret = (await secretVersion(stack.account.client(secretsManager), arn, "AWSCURRENT"))?.SecretString ?? "";
  if (!secret.startsWith("{")) return { skipped: "the secret ApprovalsSecret is yet to be filled in" };
  try {
    return await signInFaults(readProvisioningSettings(secret), signal);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const mend = `Put it right in the secret ${arn}: docs/recipes/approvals-entra.md.`;
    return [{ id: "graph.settings", what: error.message, mend }];
  }
});

async function signInFaults(settings: ReturnType<typeof readProvisioningSettings>, signal: AbortSignal): Promise<readonly Fault[]> {
  const { tenantId, clientId } = settings;
  const credential = readCredential(settings.credential);
  const token = await graphSignIn({
    tenantId,
    clientId,
    credential,
    login: loginOrigin(),
    scope: GRAPH_SCOPE,
    signal,
    fetch: proxiedFetch,
  });
  if (token instanceof Response) return [await refusedFault(token)];
  const { roles = [] } = decodeJwt<{ roles?: readonly string[] }>(token.value);
  if (roles.includes(PERMISSION)) return nothingWrong;
  const mend = `Add ${PERMISSION} to the application ${clientId}, and grant admin consent: docs/recipes/approvals-entra.md.`;
  return [{ id: "graph.permission", what: `The application that makes accounts lacks the permission ${PERMISSION}.`, mend }];
}

/** Entra's code says which of the three ids or secrets is wrong; its sentence names them. */
async function refusedFault(response: Response): Promise<Fault> {
  const { error = "", error_description = "" } = (await response.json().catch(() => ({}))) as {
    error?: string;
    error_description?: string;
  };
  const code = /^AADSTS\d+/.exec(error_description)?.[0] ?? error;
  const mend = "Check tenantId, clientId and clientSecret of the secret ApprovalsSecret; a client secret may have expired.";
  return { id: "graph.sign-in", what: `Entra gives no token to the application that makes accounts: ${response.status} ${code}.`, mend };
}
