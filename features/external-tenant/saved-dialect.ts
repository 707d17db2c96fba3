import { apiConnector } from "../../engine/protocols/api-connector";
import type { Dialect } from "../../engine/protocols/dialect";
import { savedExtension } from "./extension";

/**
 * Returns the dialect of a saved request, by its shape. Only for requests without a real caller, such as those of cases: callers identify
 * themselves by a token, never by a body.
 * @param tracesAccounts true to trace accounts to the sign-ups that led to them
 */
export function chooseDialect(body: unknown, tracesAccounts = false): Dialect {
  return savedExtension(body, tracesAccounts) ?? apiConnector;
}
