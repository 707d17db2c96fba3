import { apiConnector } from "./api-connector";
import { isObject } from "./body";
import { customExtension } from "./extension";
import type { Protocol } from "./protocol";

/**
 * How a kept request is written, told by its shape: an external tenant's has an envelope that names the tenant. For requests
 * whose caller is not in doubt, such as those of cases; a caller shows who they are by a token, never by a body.
 */
export function dialectOf(body: unknown): Protocol {
  const tenantId = isObject(body) && isObject(body.data) ? body.data.tenantId : undefined;
  return typeof tenantId === "string" ? customExtension(tenantId) : apiConnector;
}
