import { graphEnvironment, loginOrigin } from "../../adapters/graph/graph";
import { SetupError } from "../../lib/setup-error";
import { checkedExternalTenant, type ExternalTenantOptions } from "../../lib/sign-up/external-tenant";
import { proxiedFetch } from "../proxy";
import { nothingWrong, onMachine } from "./check";

/** API Gateway compares the issuer letter by letter. */
export const issuerCheck = onMachine("issuer", async ({ settings }, signal) => {
  if (settings.externalTenant === undefined) return { skipped: "no external tenant calls" };
  const issuer = issuerOf(settings.externalTenant);
  if (issuer === undefined) return { skipped: "externalTenant in settings.ts has to be put right first" };
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

/** Undefined where the options are wrong, which the check `settings` tells. */
function issuerOf(tenant: ExternalTenantOptions): string | undefined {
  try {
    return checkedExternalTenant(tenant).issuer;
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}

/** OpenID Connect Discovery 1.0 §4; at the stand-in for Entra, if there is one. */
function metadataUrl(issuer: string): URL {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  return process.env[graphEnvironment.loginEndpoint] === undefined ? url : new URL(url.pathname, loginOrigin());
}
