import { readFileSync } from "node:fs";
import { FEDERATION_OFF } from "../../adapters/aws/role-token";
import { applicationScope, type CloudName, type EntraCloud, findCloud } from "../../adapters/graph/clouds";
import { type GraphClient, graphClient, longRetries } from "../../adapters/graph/graph";
import { deviceCodeSignIn } from "../../adapters/graph/login-requests";
import { CredentialError, type GraphCredential, type GraphToken, graphSignIn, readRefusal } from "../../adapters/graph/sign-in";
import { signInCause } from "../../adapters/graph/sign-in-causes";
import { objectIn } from "../../adapters/http/bounded-fetch";
import { cloudFormation, requestHandler, type StackOptions } from "../aws/account";
import type { DeploymentOptions, PassingTime } from "../command";
import type { Deployment } from "../deployment";
import { CommandError, explainError, isSdkRefusal, strangeWords } from "../failure";
import type { Output } from "../output";
import { proxiedFetch } from "../proxy";
import { assertCallable } from "../target/options";
import { formatList, type GraphNeeds, rolesIn } from "./access";

export interface TenantOptions extends DeploymentOptions {
  readonly tenant?: string;
  /** @default global */
  readonly cloud?: CloudName;
  /** URLs by name: `graph`, and `login` for the token endpoint. */
  readonly endpoint?: ReadonlyMap<string, string>;
  /** The clock and the pauses by which a command waits for the tenant. */
  readonly time?: PassingTime | undefined;
}

/** Placeholder credentials: the stand-in accepts any. */
const STAND_IN = { tenantId: "local", clientId: "local", credential: { clientSecret: "local" } } as const;

/** The tokens of this run. For the same request and permissions, the person signs in only once. */
const personsTokens = new WeakMap<Output, Map<string, Promise<GraphToken>>>();

export interface GraphChoice {
  readonly needs: GraphNeeds;
  readonly version: "v1.0" | "beta";
}

function cloudPlaces(name: CloudName | undefined): EntraCloud {
  const cloud = findCloud(name);
  if (cloud === undefined) throw new CommandError(`Microsoft publishes no addresses of the cloud ${name}: Gatehouse cannot ask it.`);
  return cloud;
}

/** Returns the addresses of Graph and of the token endpoint, without paths. */
export function placesFor(
  { endpoint = new Map(), cloud }: TenantOptions,
  deployment: Deployment,
): { readonly graph: string; readonly login: string } {
  const places = cloudPlaces(cloud);
  const { graph = places.graph, login = places.login } = { ...deployment.endpoints, ...Object.fromEntries(endpoint) };
  for (const url of [graph, login]) assertCallable(url);
  return { graph, login };
}

/** The application in the environment signs in if the environment gives a credential. Otherwise the person at the terminal signs in. */
export async function graphFor(
  options: TenantOptions,
  deployment: Deployment,
  output: Output,
  { needs, version }: GraphChoice,
): Promise<GraphClient> {
  const { graph, login } = placesFor(options, deployment);
  const { time } = options;
  const access = { endpoint: graph, version, retries: longRetries, fetch: proxiedFetch, sleep: time?.sleep };
  const cloud = cloudPlaces(options.cloud);
  const request = { login, scope: applicationScope(cloud), fetch: proxiedFetch };
  if (isStandIn(options, deployment)) {
    return graphClient({ ...access, signIn: (signal) => graphSignIn({ ...STAND_IN, ...request, signal }) });
  }
  const tenantId = options.tenant || process.env.AZURE_TENANT_ID;
  if (!tenantId) throw new CommandError("Name the tenant: --tenant with its id or domain, or the variable AZURE_TENANT_ID.");
  const clientId = process.env.AZURE_CLIENT_ID;
  const credentialOf = applicationCredential(options);
  if (credentialOf === undefined) {
    const asked = { tenantId, clientId, login, graph: cloud.graph };
    const token = await personsToken(asked, needs, output);
    const { wider } = needs;
    const fetch =
      wider === undefined
        ? proxiedFetch
        : repeatRefusedCalls(wider.under, () => personsToken(asked, { ...needs, permissions: wider.permissions }, output));
    return graphClient({ ...access, fetch, signIn: async () => token });
  }
  if (!clientId) throw new CommandError("The credential lacks its application: set AZURE_CLIENT_ID to the application (client) id.");
  return graphClient({
    ...access,
    async signIn(signal) {
      // The credential is read again for each token of Graph, because another program renews the file of a federated token.
      const credential = await credentialOf(signal);
      return credential instanceof Response ? credential : await graphSignIn({ ...request, tenantId, clientId, credential, signal });
    },
  });
}

/** Later calls under the path use the wider permissions at once. */
function repeatRefusedCalls(under: string, widened: () => Promise<GraphToken>): typeof fetch {
  let isRefused = false;
  return async (...[input, init]) => {
    const isAbout = String(input).includes(under);
    const response = isAbout && isRefused ? undefined : await proxiedFetch(input, init);
    if (response !== undefined && !(isAbout && response.status === 403)) return response;
    isRefused = true;
    await response?.body?.cancel();
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${(await widened()).value}`);
    return await proxiedFetch(input, { ...init, headers });
  };
}

/** True if Graph needs no person to sign in: the environment names an application, or a stand-in replaces Graph. */
export function isGraphConfigured(options: TenantOptions, deployment: Deployment): boolean {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH } = process.env;
  const { AZURE_FEDERATED_TOKEN_FILE, AZURE_FEDERATED_TOKEN_SOURCE } = process.env;
  const credentialVariables = [
    AZURE_CLIENT_SECRET,
    AZURE_CLIENT_CERTIFICATE_PATH,
    AZURE_FEDERATED_TOKEN_FILE,
    AZURE_FEDERATED_TOKEN_SOURCE,
  ];
  if (isStandIn(options, deployment)) return true;
  return Boolean(AZURE_TENANT_ID && AZURE_CLIENT_ID) && (credentialVariables.some(Boolean) || isSignedByGithub());
}

/** True if a stand-in replaces Graph. The real tenant's credentials must not be sent to it. */
function isStandIn(options: TenantOptions, deployment: Deployment): boolean {
  const { endpoint = new Map(), local } = options;
  return local === true && endpoint.size === 0 && Object.values(placesFor(options, deployment)).every((url) => url.startsWith("http:"));
}

type CredentialOf = (signal: AbortSignal) => Promise<GraphCredential | Response>;

/** The variables of Azure's own tools come first, in the order of those tools, then AWS and GitHub. Undefined if there is no credential. */
function applicationCredential(options: TenantOptions): CredentialOf | undefined {
  const credential = heldCredential();
  if (credential !== undefined) return async () => heldCredential() ?? credential;
  const { AZURE_FEDERATED_TOKEN_SOURCE: source, GITHUB_ACTIONS } = process.env;
  if (source === "aws") return (signal) => awsToken(options, signal);
  if (source) throw new CommandError(`AZURE_FEDERATED_TOKEN_SOURCE is ${source}, but it can only be aws.`);
  if (isSignedByGithub()) return (signal) => githubToken(options, signal);
  if (GITHUB_ACTIONS !== "true") return undefined;
  // In a job of GitHub Actions, nobody can type a code.
  throw new CommandError("This job has no credential: give it the permission id-token: write, or set AZURE_CLIENT_SECRET.");
}

function heldCredential(): GraphCredential | undefined {
  const { AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE } = process.env;
  if (AZURE_CLIENT_SECRET) return { clientSecret: AZURE_CLIENT_SECRET };
  if (AZURE_CLIENT_CERTIFICATE_PATH) {
    const pem = readSecretFile(AZURE_CLIENT_CERTIFICATE_PATH, "AZURE_CLIENT_CERTIFICATE_PATH");
    const lacks = ["CERTIFICATE", "PRIVATE KEY"].filter((part) => !new RegExp(`^-----BEGIN ([A-Z ]+ )?${part}-----`, "m").test(pem));
    if (lacks.length === 0) return { certificate: pem, privateKey: pem };
    throw new CommandError(
      `AZURE_CLIENT_CERTIFICATE_PATH names ${AZURE_CLIENT_CERTIFICATE_PATH}, which holds no ${lacks.join(" and no ")}: it must hold both in PEM, the key unencrypted.`,
    );
  }
  if (AZURE_FEDERATED_TOKEN_FILE) return { assertion: readSecretFile(AZURE_FEDERATED_TOKEN_FILE, "AZURE_FEDERATED_TOKEN_FILE").trim() };
  return undefined;
}

function readSecretFile(file: string, variable: string): string {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${variable} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (content.trim() === "") throw new CommandError(`${variable} names ${file}, which is empty.`);
  return content;
}

interface PersonsRequest {
  readonly tenantId: string;
  readonly clientId: string | undefined;
  readonly login: string;
  /** The permissions are requested for this address of Graph. */
  readonly graph: string;
}

async function personsToken(request: PersonsRequest, needs: GraphNeeds, output: Output): Promise<GraphToken> {
  const tokensByRequest = personsTokens.get(output) ?? new Map<string, Promise<GraphToken>>();
  personsTokens.set(output, tokensByRequest);
  const key = JSON.stringify([request, needs.permissions]);
  const token = tokensByRequest.get(key) ?? askPerson(request, needs, output);
  tokensByRequest.set(key, token);
  return await token;
}

async function askPerson({ tenantId, clientId, login, graph }: PersonsRequest, needs: GraphNeeds, { warn }: Output) {
  const { permissions } = needs;
  warn(`This asks for the permissions ${formatList(permissions)}. You need ${rolesIn(needs)}.`);
  const ask = (page: string, code: string) => warn(`Open ${page} and type the code ${code}. Waiting for you to sign in…`);
  try {
    return await deviceCodeSignIn({ tenantId, clientId: clientId || undefined, login, graph, permissions, ask, fetch: proxiedFetch });
  } catch (error) {
    const {
      error: code,
      error_description: description,
      cause,
      message,
    } = error as Error & { readonly error?: string; readonly error_description?: string };
    if (cause instanceof Response && cause.status < 400) {
      throw new CommandError(strangeWords("POST", cause, "no answer of Entra's"), undefined, { cause: error });
    }
    const knownCause = signInCause(readRefusal([], description));
    if (knownCause !== undefined)
      throw new CommandError(`Entra gives no token (${knownCause.code}): ${knownCause.cause}.`, undefined, { cause: error });
    const why = code ?? (cause instanceof Error ? cause.message : message);
    throw new CommandError(`Nobody signed in to the tenant ${tenantId} (${why}): repeat the command.`, undefined, { cause: error });
  }
}

const GITHUB_VARIABLES = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"] as const;

function isSignedByGithub(): boolean {
  return GITHUB_VARIABLES.every((name) => process.env[name]);
}

/** If GitHub fails (5xx), returns GitHub's response, so that the caller tries again. Throws CredentialError if GitHub refuses. */
async function githubToken({ cloud }: Pick<TenantOptions, "cloud">, signal: AbortSignal): Promise<GraphCredential | Response> {
  const [address = "", bearer] = GITHUB_VARIABLES.map((name) => process.env[name]);
  assertCallable(address);
  const url = new URL(address);
  url.searchParams.set("audience", cloudPlaces(cloud).audience);
  const response = await proxiedFetch(url, { headers: { authorization: `Bearer ${bearer}`, accept: "application/json" }, signal });
  if (response.status >= 500) return response;
  const { json, came } = await objectIn(response);
  const { value } = (response.status === 200 ? (json ?? {}) : {}) as { readonly value?: unknown };
  if (typeof value === "string" && value !== "") return { assertion: value };
  if (response.status < 400) throw new CredentialError(strangeWords("GET", response, came));
  throw new CredentialError(
    `GitHub signs no token for this job: it answers ${response.status}. Give the job the permission id-token: write.`,
  );
}

/** Uses IAM's outbound identity federation. Throws CredentialError if AWS signs no token. */
async function awsToken(
  options: Omit<StackOptions, "stack"> & Pick<TenantOptions, "cloud">,
  signal: AbortSignal,
): Promise<GraphCredential> {
  const { GetWebIdentityTokenCommand, STSClient } = await import("@aws-sdk/client-sts");
  // Entra accepts only RS256.
  const command = new GetWebIdentityTokenCommand({ Audience: [cloudPlaces(options.cloud).audience], SigningAlgorithm: "RS256" });
  try {
    const { config } = await cloudFormation(options);
    const client = new STSClient({ region: config.region, credentials: config.credentials, requestHandler: requestHandler() });
    const { WebIdentityToken: assertion } = await client.send(command, { abortSignal: signal });
    if (assertion !== undefined) return { assertion };
    throw new CredentialError("AWS signs no token: its answer has none.");
  } catch (error) {
    if (error instanceof CredentialError || signal.aborted) throw error;
    throw new CredentialError(refusalWords(error));
  }
}

function refusalWords(error: unknown): string {
  const { name } = error as Error;
  if (name.startsWith("OutboundWebIdentityFederationDisabled")) return FEDERATION_OFF;
  if (name.startsWith("SessionDurationEscalation"))
    return "The AWS session ends within minutes: sign in to AWS again and repeat the command.";
  if (isSdkRefusal(error) && name.startsWith("AccessDenied"))
    return "AWS signs no token for these credentials: allow them sts:GetWebIdentityToken.";
  return `AWS signs no token. ${explainError(error)}`;
}
