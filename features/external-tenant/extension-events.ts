import type { Step } from "../../engine/sign-up/sign-up";

/** An event's names in requests and answers. */
interface EventNames {
  /** The end of the request's `type`. */
  readonly event: string;
  readonly responseData: string;
  readonly actions: string;
}

/** The external tenant's event for each step. Source: "Custom authentication extensions", Microsoft identity platform documentation. */
export const extensionEvents: Readonly<Record<Step, EventNames>> = {
  "after-sign-in": {
    event: "attributeCollectionStart",
    responseData: "microsoft.graph.onAttributeCollectionStartResponseData",
    actions: "microsoft.graph.attributeCollectionStart",
  },
  "before-create-user": {
    event: "attributeCollectionSubmit",
    responseData: "microsoft.graph.onAttributeCollectionSubmitResponseData",
    actions: "microsoft.graph.attributeCollectionSubmit",
  },
  "before-sending-token": {
    event: "tokenIssuanceStart",
    responseData: "microsoft.graph.onTokenIssuanceStartResponseData",
    actions: "microsoft.graph.tokenIssuanceStart",
  },
};

/** The path that an external tenant calls for each step, named after Entra's event, without a slash. */
export const extensionRoutes = {
  "after-sign-in": "attribute-collection-start",
  "before-create-user": "attribute-collection-submit",
  "before-sending-token": "token-issuance-start",
} as const satisfies Readonly<Record<Step, string>>;

/** The file of `lambda/` that answers there. */
export function eventEntry(step: Step): string {
  return extensionRoutes[step];
}
