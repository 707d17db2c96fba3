import { decodeJwt } from "jose";
import { GRAPH, GRAPH_SCOPE, type GraphClient, graphClient, graphEnvironment, loginOrigin } from "../../adapters/graph/graph";
import { CredentialError, graphSignIn, readCredential } from "../../adapters/graph/sign-in";
import { proxiedFetch } from "../proxy";
import type { Fault } from "./check";

/** An application of the tenant, and what it is there for. */
export interface TenantApplication {
  readonly tenantId: string;
  readonly clientId: string;
  /** As `readCredential` takes it. */
  readonly credential: string;
  /** "makes accounts" */
  readonly purpose: string;
  /** What its faults begin with. */
  readonly check: string;
  /** Where it signs in, in a national cloud; without path. @default that of all others */
  readonly login?: string;
  /** Where its ids and secret stand. */
  readonly kept: string;
}

/** Graph, with the permissions that the application has there. */
interface SignedIn {
  readonly graph: GraphClient;
  readonly permissions: readonly string[];
}

/** Gets a token as the application does when it runs, or says why there is none. */
export async function signedIn(application: TenantApplication, signal: AbortSignal): Promise<SignedIn | Fault> {
  const { tenantId, clientId, check, kept } = application;
  try {
    const credential = readCredential(application.credential);
    const request = {
      tenantId,
      clientId,
      credential,
      login: application.login ?? loginOrigin(),
      scope: GRAPH_SCOPE,
      signal,
      fetch: proxiedFetch,
    };
    const token = await graphSignIn(request);
    if (token instanceof Response) return await refusedFault(application, token);
    const { roles = [] } = decodeJwt<{ roles?: readonly string[] }>(token.value);
    const endpoint = process.env[graphEnvironment.graphEndpoint] ?? GRAPH;
    return { permissions: roles, graph: graphClient({ endpoint, signIn: async () => token, fetch: proxiedFetch }) };
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return { id: `${check}.settings`, what: error.message, mend: `Put it right in ${kept}.` };
  }
}

/** Entra's code says which of the three ids or secrets is wrong; its sentence names them. */
async function refusedFault({ purpose, check, kept }: TenantApplication, response: Response): Promise<Fault> {
  const { error = "", error_description = "" } = (await response.json().catch(() => ({}))) as {
    error?: string;
    error_description?: string;
  };
  const code = /^AADSTS\d+/.exec(error_description)?.[0] ?? error;
  const mend = `Check tenantId, clientId and client secret in ${kept}; a client secret may have expired.`;
  return { id: `${check}.sign-in`, what: `Entra gives no token to the application that ${purpose}: ${response.status} ${code}.`, mend };
}

/** A fault for each permission of which the application has none of the names. @param wanted the least first */
export function permissionFaults(
  { purpose, check, clientId }: TenantApplication,
  { permissions }: SignedIn,
  wanted: readonly (readonly [string, ...string[]])[],
  page: string,
): readonly Fault[] {
  const missing = wanted.filter((names) => !names.some((name) => permissions.includes(name))).map(([least]) => least);
  return missing.map((least) => ({
    id: `${check}.permission`,
    what: `The application that ${purpose} lacks the permission ${least}.`,
    mend: `Add ${least} to the application ${clientId}, and grant admin consent: ${page}.`,
  }));
}
