import type { Step } from "../sign-up/sign-up";

/** Where an external tenant calls for each step, by the name of Entra's event: a path without a slash. */
export const extensionRoutes = {
  "after-sign-in": "attribute-collection-start",
  "before-create-user": "attribute-collection-submit",
  "before-sending-token": "token-issuance-start",
} as const satisfies Readonly<Record<Step, string>>;
