import * as oidc from "openid-client";
import { openidFetch } from "../../adapters/http/bounded-fetch";
import { isRequesterIn, roleFrom } from "./roles";
import { REFRESH_SCOPE, type SessionPerson, type SignInState } from "./session";

const TIMEOUT_SECONDS = 10;
const SCOPE = "openid profile";

interface SignInSettings {
  /** `https://login.microsoftonline.com/<tenant>/v2.0` */
  readonly issuer: string;
  readonly clientId: string;
  /**
   * Reads the client secret. Each sign-in calls it again, so that a new secret works without a deployment.
   * @param refused the secret that the provider refused: it is read again
   */
  clientSecret(refused?: string): Promise<string>;
}

export interface SignedIn extends SessionPerson {
  /** The refresh token; undefined if the provider issues none. A secret. */
  readonly renewal?: string | undefined;
}

export type SignIn = ReturnType<typeof consoleSignIn>;

interface Client {
  readonly secret: string;
  readonly configuration: Promise<oidc.Configuration>;
}

function provider(url: URL, { clientId, clientSecret }: SignInSettings): (refused?: string) => Promise<Client> {
  // Plain http is allowed only for a provider on this machine.
  const execute = url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname) ? [oidc.allowInsecureRequests] : [];
  let client: Client | undefined;

  return async (refused) => {
    const secret = await clientSecret(refused);
    if (client?.secret !== secret) {
      const configuration = oidc.discovery(url, clientId, undefined, oidc.ClientSecretPost(secret), {
        execute,
        timeout: TIMEOUT_SECONDS,
        [oidc.customFetch]: openidFetch((...args) => fetch(...args)) as oidc.CustomFetch,
      });
      client = { secret, configuration };
      configuration.catch(() => {
        client = undefined;
      });
    }
    return client;
  };
}

/** Sign-in with Entra: OpenID Connect, authorization code with PKCE, state and nonce. */
export function consoleSignIn(settings: SignInSettings) {
  const url = new URL(settings.issuer);
  const clientNow = provider(url, settings);
  const configuration = async () => await (await clientNow()).configuration;

  /** If the provider refuses the client secret and there is a new one, asks once more. */
  async function ask<T>(grant: (by: oidc.Configuration) => Promise<T>): Promise<T> {
    const client = await clientNow();
    try {
      return await grant(await client.configuration);
    } catch (error) {
      if (providerRefusal(error)?.error !== "invalid_client") throw error;
      const newClient = await clientNow(client.secret).catch(() => client);
      if (newClient.secret === client.secret) throw error;
      return await grant(await newClient.configuration);
    }
  }

  return {
    /** The provider's origin. The console's forms may lead to it. */
    origin: url.origin,
    /**
     * Begins a sign-in. Returns the address of the provider's page, and the state to store until the person comes back.
     * @param prompt makes the person choose an account, even if the provider knows who they are
     * @param hint the account that probably signs in
     */
    async begin(redirectUri: string, returnTo: string, prompt?: "select_account", hint?: string) {
      const state: SignInState = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        returnTo,
      };
      const parameters = {
        redirect_uri: redirectUri,
        scope: `${SCOPE} ${REFRESH_SCOPE}`,
        state: state.state,
        nonce: state.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(state.verifier),
        code_challenge_method: "S256",
        response_mode: "query",
        ...(prompt !== undefined && { prompt }),
        ...(hint !== undefined && { login_hint: hint }),
      };
      return { url: oidc.buildAuthorizationUrl(await configuration(), parameters), state };
    },
    /** Rejects if `callback` does not answer this state's request. @param callback the whole URL of the provider's call */
    async finish(callback: URL, { state, nonce, verifier }: SignInState) {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      return signedInBy(await ask((by) => oidc.authorizationCodeGrant(by, callback, checks)));
    },
    /** Asks the provider again about the person with this refresh token. Rejects if the provider refuses. */
    async renew(renewal: string) {
      return signedInBy(await ask((by) => oidc.refreshTokenGrant(by, renewal, { scope: SCOPE })));
    },
    /** Returns the address at which signing out at the provider begins; undefined if the provider has no such page. */
    async end(returnTo: string) {
      const settings = await configuration();
      if (settings.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(settings, { post_logout_redirect_uri: returnTo });
    },
  };
}

function signedInBy(tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): SignedIn {
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("The provider sent no id token.");
  const { oid, sub, name, preferred_username: userName, email, upn, roles, groups } = claims;
  // Entra's `oid` is one account's id in all applications. `sub` is different in each application.
  const subject = typeof oid === "string" ? oid : sub;
  const displayName = [name, userName].find((each): each is string => typeof each === "string" && each !== "");
  // A token has `email` and `upn` only if the tenant adds them. Omits names over 400 characters, because the cookie is too small for them.
  // Guests' user names fit.
  const userNames = [userName, email, upn].filter((each): each is string => typeof each === "string" && each !== "" && each.length <= 400);
  return {
    subject,
    name: (displayName ?? subject).slice(0, 200),
    ...(userNames.length > 0 && { userNames }),
    role: roleFrom(roles),
    isRequester: isRequesterIn(roles),
    appRoles: namesIn(roles),
    groups: namesIn(groups),
    renewal: tokens.refresh_token,
  };
}

/** Limit of the app roles in a session's cookie. The groups in the cookie have the same limit. */
const MOST_NAMES = 20;

function namesIn(claim: unknown): readonly string[] {
  return Array.isArray(claim)
    ? claim.filter((each) => typeof each === "string" && each !== "" && each.length <= 60).slice(0, MOST_NAMES)
    : [];
}

/** Codes of a provider's refusal. The refusal's texts are omitted, because they may contain names. */
export interface ProviderRefusal {
  /** OAuth's code, such as `access_denied` or `invalid_client`. */
  readonly error?: string;
  /** Entra's own code, which is more exact, such as `AADSTS50105`. */
  readonly aadsts?: string;
}

/** Returns the codes of a provider's error at the callback (RFC 6749, 4.1.2.1) or the token endpoint (5.2), or undefined. */
export function providerRefusal(caughtError: unknown): ProviderRefusal | undefined {
  if (typeof caughtError !== "object" || caughtError === null || !("error" in caughtError) || typeof caughtError.error !== "string")
    return undefined;
  const description = "error_description" in caughtError ? String(caughtError.error_description) : "";
  const [aadsts] = /\bAADSTS\d{4,9}\b/.exec(description) ?? [];
  return { ...(/^[a-z_]{1,60}$/.test(caughtError.error) && { error: caughtError.error }), aadsts };
}
