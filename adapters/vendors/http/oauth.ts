import * as oauth4webapi from "oauth4webapi";
import * as v from "valibot";
import { optionSchema } from "../../../engine/option-schema";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { assertRuleOptions, notAs, readElsewhere } from "../../../engine/sign-up/rule-options";
import type { UpstreamFailureKind } from "../../../engine/sign-up/service";
import { checkedSecretName, readSecretMembers } from "../../aws/secret-members";
import { at, bodyText } from "../../http/outbound";
import type { Authentication, OutgoingCall } from "./authentication";
import { fixedUrl } from "./url-template";

/** The token endpoint to call, and the scopes to request. */
export interface OAuthOptions {
  /** The token endpoint. It must be https. */
  readonly tokenUrl: string;
  /** The scopes to ask for, separated by spaces. @default none: the authorization server decides */
  readonly scope?: string;
  /** The part of the token request that contains client id and secret. @default "header" */
  readonly credentialsIn?: "header" | "body";
}

interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A token is not used in its last minute. */
const MARGIN_MS = 60_000;

/**
 * A token for client id and secret, for `http` and `service`: OAuth 2.0, RFC 6749 §4.4. The secret holds
 * `{"clientId","clientSecret"}`.
 * @throws TypeError for a token endpoint that is not https
 *
 * @example
 * oauth("crm", { tokenUrl: "https://login.contoso.com/token", scope: "partners.read" })
 */
export function oauth(secret: string, options: OAuthOptions): Authentication {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(`oauth("${secret}")`, options, oauthOptions());
  const { tokenUrl, scope, credentialsIn = "header" } = options;
  checkedSecretName(secret, "oauth");
  const endpoint = fixedUrl(tokenUrl, `oauth("${secret}"): tokenUrl`);
  const clientAuth = credentialsIn === "header" ? oauth4webapi.ClientSecretBasic : oauth4webapi.ClientSecretPost;
  return {
    uses: [{ secret, shape: { clientId: "gatehouse", clientSecret: "the client's secret" } }],
    ...tokenHeaders(endpoint, scope, async (call) => {
      const { clientId, clientSecret } = await readSecretMembers(call, secret, ["clientId", "clientSecret"]);
      return { clientId, authentication: clientAuth(clientSecret) };
    }),
  };
}

interface ShownClient {
  readonly clientId: string;
  readonly authentication: oauth4webapi.ClientAuth;
}

/** Caches the token until it ends or is refused. */
export function tokenHeaders(
  endpoint: URL,
  scope: string | undefined,
  showClient: (call: OutgoingCall) => Promise<ShownClient>,
): Pick<Required<Authentication>, "forget" | "headers"> {
  const server = { issuer: endpoint.origin, token_endpoint: endpoint.href };
  let kept: Token | undefined;

  async function token(call: OutgoingCall): Promise<Token> {
    const { clientId, authentication } = await showClient(call);
    const client = { client_id: clientId };
    const asked = Date.now();
    try {
      const response = await oauth4webapi.clientCredentialsGrantRequest(server, client, authentication, scope ? { scope } : {}, {
        // `fixedUrl` allows http only for this machine.
        [oauth4webapi.allowInsecureRequests]: endpoint.protocol === "http:",
        [oauth4webapi.customFetch]: async (_, { headers, body }) => {
          const answer = await call.send({ url: at(endpoint, "oauth"), method: "POST", headers, body: String(body), accepts: [400] });
          const type = answer.headers["content-type"] ?? "";
          return new Response(bodyText(call.service, answer), { status: answer.status, headers: { "content-type": type } });
        },
      });
      const { access_token, token_type, expires_in = 0 } = await oauth4webapi.processClientCredentialsResponse(server, client, response);
      if (token_type !== "bearer" || !/^[\x21-\x7e]+$/.test(access_token)) throw new TypeError("no token for a header");
      return { value: access_token, until: asked + expires_in * 1_000 - MARGIN_MS };
    } catch (error) {
      throw error instanceof UpstreamError ? error : new UpstreamError({ service: call.service, ...classifyOAuthError(error) });
    }
  }

  return {
    async headers(call) {
      if (kept === undefined || Date.now() >= kept.until) kept = await token(call);
      return { authorization: `Bearer ${kept.value}` };
    },
    forget() {
      kept = undefined;
    },
  };
}

/** RFC 6749 §5.2: the client is not allowed. */
const refusals = new Set(["invalid_client", "unauthorized_client"]);
const unreadable = new Set<unknown>([oauth4webapi.PARSE_ERROR, oauth4webapi.RESPONSE_IS_NOT_JSON]);

/** Drops the error's text, because it quotes the answer. */
function classifyOAuthError(error: unknown): { readonly kind: UpstreamFailureKind; readonly status?: number } {
  if (error instanceof oauth4webapi.ResponseBodyError) {
    return { kind: refusals.has(error.error) ? "unauthorised" : "failed", status: error.status };
  }
  return { kind: unreadable.has((error as { code?: unknown }).code) ? "unreadable" : "unexpected" };
}

function oauthOptions() {
  return optionSchema<OAuthOptions>({
    tokenUrl: readElsewhere<string>(),
    scope: v.optional(v.string(notAs('scope is a text, such as "partners.read"'))),
    credentialsIn: v.optional(v.picklist(["header", "body"], notAs('credentialsIn is "header" or "body"'))),
  });
}
