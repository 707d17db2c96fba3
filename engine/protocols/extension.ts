import { carryInExtension, renderExtension } from "./extension-answer";
import { parseExtension } from "./extension-request";
import type { Protocol } from "./protocol";

/**
 * Custom authentication extensions of an external tenant: OnAttributeCollectionStart, OnAttributeCollectionSubmit and
 * OnTokenIssuanceStart. Names are read in any case and written exactly.
 * Source: "Custom authentication extensions", Microsoft identity platform documentation.
 * @param tenantId of the caller's token: a body that names another one is not read
 */
export function customExtension(tenantId: string): Protocol {
  return { parse: (request, step) => parseExtension(request, step, tenantId), carry: carryInExtension, render: renderExtension };
}
