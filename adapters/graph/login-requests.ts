import { boundedFetch, openidFetch } from "../http/bounded-fetch";
import type { GraphToken } from "./sign-in";

/** Microsoft Graph Command Line Tools: Microsoft's public application, which every tenant knows. */
const COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

interface DeviceCodeRequest {
  readonly tenantId: string;
  /** The id of a public application. @default Microsoft's own for command lines */
  readonly clientId?: string;
  /** The token endpoint's origin, without path. */
  readonly login: string;
  /** Graph's origin in the tenant's cloud, without path. The sign-in requests `permissions` of Graph at this origin. */
  readonly graph: string;
  readonly permissions: readonly string[];
  /** Tells a person which page to open, and which code to type there. */
  readonly ask: (page: string, code: string) => void;
  readonly fetch: typeof fetch;
}

/** Signs a person in through a page of Entra's: RFC 8628. Waits for the person; rejects if they refuse or the code expires. */
export async function deviceCodeSignIn(request: DeviceCodeRequest): Promise<GraphToken> {
  const { tenantId, clientId = COMMAND_LINE_TOOLS, login, graph, permissions, ask, fetch: fetchWith } = request;
  const oidc = await import("openid-client");
  const endpoint = `${login}/${encodeURIComponent(tenantId)}/oauth2/v2.0`;
  const server = {
    issuer: `${login}/${tenantId}/v2.0`,
    device_authorization_endpoint: `${endpoint}/devicecode`,
    token_endpoint: `${endpoint}/token`,
  };
  const configuration = new oidc.Configuration(server, clientId, undefined, oidc.None());
  configuration[oidc.customFetch] = (url, { body, ...init }) =>
    openidFetch(fetchWith)(url, { ...init, body: body as string | URLSearchParams });
  if (login.startsWith("http:")) oidc.allowInsecureRequests(configuration);
  const scope = permissions.map((permission) => `${graph}/${permission}`).join(" ");
  const authorization = await oidc.initiateDeviceAuthorization(configuration, { scope });
  ask(authorization.verification_uri, authorization.user_code);
  const { access_token, expires_in = 0 } = await oidc.pollDeviceAuthorizationGrant(configuration, authorization);
  return { value: access_token, expiresInSeconds: expires_in };
}

/** The issuer of an external tenant. "absent": the tenant has none. "unknown": there was no usable answer. */
export type IssuerAnswer = { readonly issuer: string } | "absent" | "unknown";

interface MetadataRequest {
  /** A GUID. */
  readonly tenantId: string;
  /** The address that replaces the tenant's own host, without path. */
  readonly login?: string;
  readonly fetch: typeof fetch;
}

const TIMEOUT_MS = 10_000;

/** For a tenant of another kind, the server refuses the request ("absent"), or the host does not exist ("unknown"). */
export async function fetchIssuer({
  tenantId,
  login = `https://${tenantId}.ciamlogin.com`,
  fetch: ask,
}: MetadataRequest): Promise<IssuerAnswer> {
  try {
    const url = `${login}/${tenantId}/v2.0/.well-known/openid-configuration`;
    const answer = await boundedFetch(ask)(url, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return "absent";
    const { issuer } = (await answer.json()) as { readonly issuer?: unknown };
    return answer.status === 200 && typeof issuer === "string" ? { issuer } : "unknown";
  } catch {
    return "unknown";
  }
}
