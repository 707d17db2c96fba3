import { readFileSync } from "node:fs";
import { deviceCodeSignIn } from "../../adapters/graph/device-code";
import { GRAPH, GRAPH_SCOPE, type GraphClient, graphClient, LOGIN, patiently } from "../../adapters/graph/graph";
import { type GraphCredential, graphSignIn } from "../../adapters/graph/sign-in";
import { type ConnectorTenant, graphVersion, userFlowPermissions } from "../../adapters/graph/user-flows";
import type { Deployment } from "../deployment";
import { CommandError } from "../failure";
import type { Output } from "../output";
import { assertCallable } from "../simulate/callable";
import type { EntraOptions } from "./options";

const permissions = Object.values(userFlowPermissions);

/** As the stand-in takes anyone. */
const STAND_IN = { tenantId: "local", clientId: "local", credential: { clientSecret: "local" } } as const;

/** Graph, as the application that the environment names, else as the person at the terminal. */
export async function graphFor(options: EntraOptions, kind: ConnectorTenant, deployment: Deployment, output: Output): Promise<GraphClient> {
  const { endpoint = new Map(), local } = options;
  const { graph = GRAPH, login = LOGIN } = { ...deployment.endpoints, ...Object.fromEntries(endpoint) };
  for (const url of [graph, login]) assertCallable(url);
  const access = { endpoint: graph, version: graphVersion[kind], patience: patiently };
  // Nothing that opens a real tenant is shown to a stand-in.
  if (local && endpoint.size === 0 && [graph, login].every((url) => url.startsWith("http:"))) {
    return graphClient({ ...access, signIn: (signal) => graphSignIn({ ...STAND_IN, login, scope: GRAPH_SCOPE, signal }) });
  }
  const tenantId = options.tenant || process.env.AZURE_TENANT_ID;
  if (!tenantId) throw new CommandError("Name the tenant: --tenant with its id or domain, or the variable AZURE_TENANT_ID.");
  const clientId = process.env.AZURE_CLIENT_ID;
  if (environmentCredential() === undefined) {
    const token = await personsToken(tenantId, clientId, login, output);
    return graphClient({ ...access, signIn: async () => token });
  }
  if (!clientId) throw new CommandError("There is a secret, but not whose: set AZURE_CLIENT_ID to the application (client) id.");
  return graphClient({
    ...access,
    async signIn(signal) {
      // Read anew: what renews the token renews the file.
      const credential = environmentCredential() as GraphCredential;
      return await graphSignIn({ tenantId, clientId, credential, login, scope: GRAPH_SCOPE, signal });
    },
  });
}

/** By the variables that Azure's own tools read, in their order; undefined without any. */
function environmentCredential(): GraphCredential | undefined {
  const { AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE } = process.env;
  if (AZURE_CLIENT_SECRET) return { clientSecret: AZURE_CLIENT_SECRET };
  if (AZURE_CLIENT_CERTIFICATE_PATH) {
    const pem = contentOf(AZURE_CLIENT_CERTIFICATE_PATH, "AZURE_CLIENT_CERTIFICATE_PATH");
    return { certificate: pem, privateKey: pem };
  }
  if (AZURE_FEDERATED_TOKEN_FILE) return { assertion: contentOf(AZURE_FEDERATED_TOKEN_FILE, "AZURE_FEDERATED_TOKEN_FILE").trim() };
  return undefined;
}

function contentOf(file: string, variable: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${variable} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

async function personsToken(tenantId: string, clientId: string | undefined, login: string, { warn }: Output) {
  warn(`This asks for the permissions ${permissions.join(" and ")}. You need the role External ID User Flow Administrator.`);
  const ask = (page: string, code: string) => warn(`Open ${page} and type the code ${code}. Waiting for you to sign in…`);
  try {
    return await deviceCodeSignIn({ tenantId, ...(clientId && { clientId }), login, permissions, ask });
  } catch (error) {
    const { error: code } = error as { readonly error?: string };
    const why = code ?? (error as Error).message;
    throw new CommandError(`Nobody signed in to the tenant ${tenantId} (${why}): repeat the command.`, undefined, { cause: error });
  }
}
