import { apiConnector } from "../../engine/protocols/api-connector";
import type { Dialect } from "../../engine/protocols/dialect";
import { savedExtension } from "./extension";

/**
 * The dialect of a saved request, by its shape. For requests whose caller is not in doubt, such as those of cases; a caller shows
 * who they are by a token, never by a body.
 * @param tracesAccounts whether accounts are traced to the sign-ups that led to them
 */
export function chooseDialect(body: unknown, tracesAccounts = false): Dialect {
  return savedExtension(body, tracesAccounts) ?? apiConnector;
}
