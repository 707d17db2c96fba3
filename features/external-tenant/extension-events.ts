import { capitalise } from "../../engine/characters";
import type { Step } from "../../engine/sign-up/sign-up";

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
