import { apiConnector } from "../engine/protocols/api-connector";
import type { Dialect } from "../engine/protocols/dialect";
import { savedExtension } from "./external-tenant/extension";

/** Dialects of features: of a request that is theirs, by its shape. A feature has its line here. */
const all: readonly ((body: unknown, tracesAccounts: boolean) => Dialect | undefined)[] = [savedExtension];

/**
 * The dialect of a saved request, by its shape. For requests whose caller is not in doubt, such as those of cases; a caller shows
 * who they are by a token, never by a body.
 * @param tracesAccounts whether accounts are traced to the sign-ups that led to them
 */
export function dialectOf(body: unknown, tracesAccounts = false): Dialect {
  return all.map((each) => each(body, tracesAccounts)).find((dialect) => dialect !== undefined) ?? apiConnector;
}
