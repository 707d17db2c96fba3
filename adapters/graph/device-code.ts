import { openidFetch } from "../http/bounded-fetch";
import type { GraphToken } from "./sign-in";

/** Microsoft Graph Command Line Tools: Microsoft's public application, which every tenant knows. */
const COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

export interface DeviceCodeRequest {
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
