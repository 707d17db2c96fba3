import { capitalise } from "../../engine/characters";
import type { CallerCheck } from "../../engine/protocols/dialect";
import type { Step } from "../../engine/sign-up/sign-up";

/** Names of the environment variables about an external tenant. The stack sets them, and functions read them. */
export const extensionVariables = {
  /**
   * `extensionAudience`: client id of the gate's app registration. `extensionTestCaller`: client id of an application for tests, if any.
   */
  externalTenant: "EXTERNAL_TENANT",
  extensionAudience: "EXTENSION_AUDIENCE",
  extensionTestCaller: "EXTENSION_TEST_CALLER",
  /** Set if a step of the gates' policies adds claims to tokens. Accounts are then traced to the people that the gate let in. */
  accountTracing: "ACCOUNT_TRACING",
  /** The external tenant whose accounts are traced, for workers that create accounts. Unset if no accounts are traced. */
  tracedTenant: "TRACED_TENANT",
  /** The attribute that holds a person's address in place of `email`, by its short name. */
  addressAttribute: "ADDRESS_ATTRIBUTE",
} as const;

export interface CallerSettings {
  readonly tenantId: string;
  /** The client id of the gate's app registration. */
  readonly audience: string;
  /** A second application that may call, for tests; undefined if there is none. */
  readonly testCaller: string | undefined;
}

/** The claims of an access token whose signature API Gateway has checked. API Gateway passes them on as texts. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** Time limit of an answer to an external tenant, counted from the arrival of the call. Entra hangs up after two seconds. */
export const EXTENSION_ANSWER_MS = 1_700;

/** The client id of the application as which Entra calls custom authentication extensions. It is the same in every tenant. */
export const ENTRA_APP_ID = "99045fe1-7639-4a75-9d4a-577b6ca3810f";

/**
 * Identifies the caller by a token whose signature, issuer and times API Gateway has checked. A refusal names the part of the token
 * that is wrong. Source: "Custom authentication extensions", "Protect your REST API", Microsoft Entra documentation.
 */
export function identifyCaller(
  { ver, tid, aud, azp, appid }: TokenClaims,
  { tenantId, audience, testCaller }: CallerSettings,
): CallerCheck {
  const tenantFits = isId(tid, tenantId);
  const application = ver === "2.0" ? azp : ver === "1.0" ? appid : undefined;
  // The audience is checked again, although API Gateway refuses others. For a token without `aud`, API Gateway checks `client_id` instead.
  // Entra's tokens lack `client_id`.
  if (tenantFits && aud === audience) {
    if (isId(application, ENTRA_APP_ID)) return "entra";
    if (testCaller !== undefined && isId(application, testCaller)) return "test-caller";
  }
  return { refused: { version: ver, tenantFits, audienceFits: aud === audience, application } };
}

export function isId(value: unknown, id: string): boolean {
  return typeof value === "string" && value.toLowerCase() === id.toLowerCase();
}

/** Returns an event's names in requests and answers. @param event the end of the request's `type` */
const buildEventNames = (event: string) => ({
  event,
  responseData: `microsoft.graph.on${capitalise(event)}ResponseData`,
  actions: `microsoft.graph.${event}`,
});

/** The external tenant's event for each step. Source: "Custom authentication extensions", Microsoft identity platform documentation. */
export const extensionEvents = {
  "after-sign-in": buildEventNames("attributeCollectionStart"),
  "before-create-user": buildEventNames("attributeCollectionSubmit"),
  "before-sending-token": buildEventNames("tokenIssuanceStart"),
} as const satisfies Readonly<Record<Step, unknown>>;

/** The path that an external tenant calls for each step. It is named after Entra's event, without a slash. */
export const extensionRoutes = {
  "after-sign-in": "attribute-collection-start",
  "before-create-user": "attribute-collection-submit",
  "before-sending-token": "token-issuance-start",
} as const satisfies Readonly<Record<Step, string>>;
