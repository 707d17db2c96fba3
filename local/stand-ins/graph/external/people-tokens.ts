import { UnsecuredJWT } from "jose";
import * as v from "valibot";
import { ENTRA_APP_ID } from "../../../../features/external-tenant/extension-caller";
import { LOCAL_EXTERNAL_TENANT } from "../../../../lib/served-locally";
import { bearerTokens } from "../../../../simulator/client/authorization";
import { extensionRequest } from "../../../../simulator/client/extension-request";
import { readPersonFile } from "../../../../simulator/client/person";
import { jsonAnswer, type Received, type StandInAnswer } from "../../outside-system";
import type { Tenant } from "../directory";
import type { ExternalTenantState } from "./kept";

const TOKEN_LIFE_S = 3_599;
const PROVIDER = "customclaimsprovider";

const answerSchema = v.object({ data: v.object({ actions: v.tuple([v.object({ claims: v.record(v.string(), v.unknown()) })]) }) });
const policySchema = v.object({
  ClaimsMappingPolicy: v.object({
    ClaimsSchema: v.array(v.object({ Source: v.string(), ID: v.string(), JwtClaimType: v.optional(v.string()) })),
  }),
});

/**
 * The authorization code grant of a person's application: `code` is the person's address. The tokens are not signed. As in Entra, they
 * contain claims that the listener's extension returns, that it declares, and that the audience's policy maps: the application's policy for
 * the ID token, the API's for the access token.
 */
export async function grantPersonToken(tenant: Tenant, { body }: Pick<Received, "body">): Promise<StandInAnswer> {
  const form = new URLSearchParams(body.toString("utf8"));
  const client = form.get("client_id")?.toLowerCase() ?? "";
  const [, api = client] = /(?:^|\s)(?:api:\/\/)?([0-9a-f-]{36})\/\S+/i.exec(form.get("scope") ?? "") ?? [];
  const tokens: string[] = [];
  for (const audience of [client, api.toLowerCase()]) {
    const claims = await claimsFor(tenant, audience, form.get("code") ?? "");
    if (typeof claims === "string") {
      return jsonAnswer(400, { error: "invalid_request", error_description: claims }, `400: ${claims.slice(0, 12)}`);
    }
    tokens.push(
      new UnsecuredJWT({ ...claims, ver: "2.0", azp: client }).setAudience(audience).setExpirationTime(`${TOKEN_LIFE_S}s`).encode(),
    );
  }
  const [id_token, access_token] = tokens;
  return jsonAnswer(200, { token_type: "Bearer", expires_in: TOKEN_LIFE_S, id_token, access_token }, "200: person's tokens");
}

/** The claims of a token for an application. Returns an error text if there is no token. */
async function claimsFor(tenant: Tenant, appId: string, email: string): Promise<object | string> {
  const { external } = tenant.directory;
  const application = external.applications.find((each) => each.appId === appId);
  const principal = external.principals.find((each) => each.appId === appId);
  if (application === undefined || principal === undefined) return "AADSTS700016: The application is not found in the directory.";
  const policy = external.policies.find(({ id }) => principal.policies?.includes(id));
  if (policy === undefined) return {};
  if (application.api.acceptMappedClaims !== true) {
    return "AADSTS50146: This application is required to be configured with an application-specific signing key.";
  }
  const provided = await providedClaims(tenant, appId, email);
  const { ClaimsMappingPolicy: mapping } = v.parse(policySchema, JSON.parse(policy.definition[0] as string));
  const entries = mapping.ClaimsSchema.filter(({ Source, ID }) => Source.toLowerCase() === PROVIDER && Object.hasOwn(provided, ID));
  return Object.fromEntries(entries.map(({ ID, JwtClaimType = ID }) => [JwtClaimType, provided[ID]]));
}

/** Claims that the extension may add; none if there is no extension, or it cannot be called. */
async function providedClaims(tenant: Tenant, appId: string, email: string): Promise<Readonly<Record<string, unknown>>> {
  const extension = listeningAt(tenant.directory.external, appId);
  const tokenUrl = tenant.extensionTokens?.();
  if (extension === undefined || tokenUrl === undefined) return {};
  const { resourceId } = extension.authenticationConfiguration;
  const audience = resourceId.split("/").at(-1) as string;
  const person = readPersonFile({ issuer: "mail", email, application: appId });
  const ids = { tenantId: LOCAL_EXTERNAL_TENANT.tenantId, correlationId: crypto.randomUUID() };
  const response = await fetch(extension.endpointConfiguration.targetUrl, {
    method: "POST",
    headers: {
      authorization: await bearerTokens({ tokenUrl, clientId: ENTRA_APP_ID, audience })(),
      "content-type": "application/json",
    },
    body: JSON.stringify(extensionRequest("before-sending-token", person, {}, ids)),
  });
  const { success, output } = v.safeParse(answerSchema, await response.json());
  const named = extension.claimsForTokenConfiguration?.map(({ claimIdInApiResponse }) => claimIdInApiResponse) ?? [];
  const claims = success ? Object.entries(output.data.actions[0].claims) : [];
  return Object.fromEntries(claims.filter(([name]) => named.includes(name)));
}

function listeningAt({ listeners, extensions }: ExternalTenantState, appId: string) {
  const listener = listeners.find(({ handler, conditions }) => {
    const { includeAllApplications = false, includeApplications = [] } = conditions?.applications ?? {};
    const isAsked = includeAllApplications || includeApplications.some((each) => each.appId.toLowerCase() === appId);
    return isAsked && handler?.customExtension !== undefined;
  });
  return extensions.find(({ id }) => id === listener?.handler?.customExtension?.id);
}
