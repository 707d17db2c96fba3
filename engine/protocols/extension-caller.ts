/** The tenant whose calls pass, and by which of its applications they are made. */
export interface CallerSettings {
  /** The external tenant's id. */
  readonly tenantId: string;
  /** The client id of the API's app registration. */
  readonly audience: string;
  /** A second application that may call, for tests. Undefined for none. */
  readonly testCaller: string | undefined;
}

/** Of an access token: claims of a checked signature. API Gateway hands them on as texts. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** The author of a call: Entra itself, or the application that makes test calls. */
type ExtensionCaller = "entra" | "test-caller";

/** In which an external tenant is answered, from the call's arrival: it hangs up after two seconds. */
export const EXTENSION_ANSWER_MS = 1_700;

/** The application as which Entra calls custom authentication extensions, in every tenant. */
export const ENTRA_APP_ID = "99045fe1-7639-4a75-9d4a-577b6ca3810f";

/**
 * Who calls, by a token whose signature, issuer and times API Gateway has checked; undefined for a caller who may not.
 * Source: "Custom authentication extensions", "Protect your REST API", Microsoft Entra documentation.
 */
export function callerOf(claims: TokenClaims, { tenantId, audience, testCaller }: CallerSettings): ExtensionCaller | undefined {
  // One of version 1 has another issuer and audience: the gateway lets none pass.
  if (claims.ver !== "2.0") return undefined;
  // Without `aud` API Gateway goes by `client_id`, which Entra's tokens do not have.
  if (!isId(claims.tid, tenantId) || claims.aud !== audience) return undefined;
  if (isId(claims.azp, ENTRA_APP_ID)) return "entra";
  return testCaller !== undefined && isId(claims.azp, testCaller) ? "test-caller" : undefined;
}

/** Whether a value of a token is that GUID, in whichever case. */
export function isId(value: unknown, id: string): boolean {
  return typeof value === "string" && value.toLowerCase() === id.toLowerCase();
}
