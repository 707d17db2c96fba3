import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { decodeJwt, decodeProtectedHeader, type JWK } from "jose";
import { localInstance } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { assertGate } from "../../../cli/gates";
import { fetchHere } from "../../../cli/proxy";
import { assertCallable, type TargetOptions } from "../../../cli/target/options";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type Step, steps, type TenantKind } from "../../../engine/sign-up/sign-up";
import { TOKEN_KEY_FILE } from "../../../local/data/data-folder";
import type { Instance } from "../../../local/data/instance";
import { type Authorization, type BasicCredentials, basicAuthorization, bearerTokens } from "../../../simulator/client/authorization";
import type { UserFlow } from "../../../simulator/client/visit";
import type { ProbeTarget } from "../../../simulator/conformance/probe";
import { ENTRA_APP_ID, extensionRoutes } from "../../external-tenant/extension-caller";

const PLACEHOLDER = "{step}";

interface Place {
  readonly steps: readonly Step[];
  url(step: Step): string;
}

interface ConnectorPlace extends Place, BasicCredentials {
  readonly tenant: Exclude<TenantKind, "external-tenant">;
}

interface ExtensionPlace extends Place, ExtensionAccess {
  readonly tenant: "external-tenant";
}

export type Target = ConnectorPlace | ExtensionPlace;

/** @param url undefined with --local */
export async function targetFor(url: string | undefined, options: TargetOptions): Promise<Target> {
  if (options.local) {
    if (url !== undefined) throw new CommandError("A URL and --local exclude each other.");
    return localTarget(options);
  }
  if (url === undefined) throw new CommandError("Name what to call: a URL, or --local for a running npm start.");
  if (options.gate !== undefined) throw new CommandError("--gate goes with --local: a URL names its gate itself.");
  assertCallable(url);
  if (options.as === "external-tenant") {
    const access = tokensFor(options);
    return { tenant: options.as, ...access, ...placeAt(url, options) };
  }
  const { username = process.env.GATEHOUSE_USERNAME } = options;
  if (!username) throw new CommandError("There is no user name: use --username or the variable GATEHOUSE_USERNAME.");
  if (username.includes(":")) throw new CommandError("A user name has no colon: basic auth ends it there.");
  const place = placeAt(url, options);
  return { tenant: options.as, username, password: await passwordFor(options), ...place };
}

export function flowAt(target: Target): UserFlow {
  const { steps: calledSteps, url } = target;
  const fetch = fetchHere();
  if (target.tenant === "external-tenant") {
    return { tenant: { kind: target.tenant, id: target.tenantId }, steps: calledSteps, url, authorization: target.authorization, fetch };
  }
  const authorization = async () => basicAuthorization(target);
  return { tenant: { kind: target.tenant }, steps: calledSteps, url, authorization, fetch };
}

export async function probeTargetAt(target: Target, step: Step, email: string): Promise<ProbeTarget> {
  const endpoint = { step, url: target.url(step), email, fetch: fetchHere() };
  if (target.tenant !== "external-tenant") {
    const { tenant, username, password } = target;
    return { ...endpoint, tenant, username, password };
  }
  const { tenant, tenantId, signingKey } = target;
  const token = (await target.authorization()).replace(/^Bearer /, "");
  return { ...endpoint, tenant, tenantId, token, signingKey };
}

function localTarget({ as, data, gate = DEFAULT_GATE, step }: TargetOptions): Target {
  const instance = localInstance({ data });
  assertGate({ gate }, [DEFAULT_GATE, ...Object.keys(instance.gates ?? {})]);
  const { apiUrl, username, password, steps: servedSteps } = instance.gates?.[gate] ?? instance;
  const chosenSteps = listSteps(step, as) ?? servedSteps.filter((each) => hasStep(as, each));
  const missing = chosenSteps.find((each) => !servedSteps.includes(each));
  if (missing !== undefined) throw new CommandError(`The policy has no ${missing}.ts: Entra would get no answer there.`);
  if (as !== "external-tenant") return { tenant: as, url: (each) => `${apiUrl}/${each}`, username, password, steps: chosenSteps };
  const path = gate === DEFAULT_GATE ? "" : `/${gate}`;
  const url = (each: Step) => `${instance.extension?.url}${path}/${extensionRoutes[each]}`;
  return { tenant: as, url, ...localTokens(instance), steps: chosenSteps };
}

function placeAt(url: string, { as, step }: TargetOptions): Place {
  const chosenSteps = listSteps(step, as) ?? (url.includes(PLACEHOLDER) ? signUpSteps : undefined);
  if (chosenSteps === undefined)
    throw new CommandError(`Say which step the URL is for: --step, or ${PLACEHOLDER} in it where the step's name belongs.`);
  const getStepName = (each: Step) => (as === "external-tenant" ? extensionRoutes[each] : each);
  return { url: (each) => url.replaceAll(PLACEHOLDER, getStepName(each)), steps: chosenSteps };
}

const signUpSteps = steps.filter((step) => step !== "before-sending-token");

function listSteps(step: TargetOptions["step"], as: TenantKind): readonly Step[] | undefined {
  if (step === "both") return signUpSteps;
  if (step !== undefined && !hasStep(as, step))
    throw new CommandError(`A workforce tenant does not call ${step}: use --as b2c or external-tenant.`);
  return step && [step];
}

function hasStep(as: TenantKind, step: Step): boolean {
  return as !== "workforce" || step !== "before-sending-token";
}

async function passwordFor({ passwordStdin }: TargetOptions): Promise<string> {
  const password = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, "") : process.env.GATEHOUSE_PASSWORD;
  if (!password) throw new CommandError("There is no password: use --password-stdin or the variable GATEHOUSE_PASSWORD.");
  return password;
}

export interface ExtensionAccess {
  readonly tenantId: string;
  readonly authorization: Authorization;
  /** The key with which the stand-in for Entra in `npm start` signs tokens. */
  readonly signingKey?: JWK;
}

/** Takes a ready token, or gets tokens for an application. */
export function tokensFor({ tenant, tokenUrl, audience, clientId }: TargetOptions): ExtensionAccess {
  if (!tenant) throw new CommandError("Name the tenant that calls: --tenant, with its id.");
  const { GATEHOUSE_TOKEN: token, GATEHOUSE_CLIENT_SECRET: clientSecret } = process.env;
  if (token && !isJwt(token)) throw new CommandError("The variable GATEHOUSE_TOKEN holds no JSON web token.");
  if (token) return { tenantId: tenant, authorization: async () => `Bearer ${token}` };
  if (!tokenUrl || !audience || !clientId) {
    throw new CommandError("There is no token: use --token-url, --audience and --client-id, or the variable GATEHOUSE_TOKEN.");
  }
  assertCallable(tokenUrl);
  const request = { tokenUrl, audience, clientId, fetch: fetchHere(), ...(clientSecret && { clientSecret }) };
  return { tenantId: tenant, authorization: bearerTokens(request) };
}

function isJwt(token: string): boolean {
  try {
    decodeProtectedHeader(token);
    decodeJwt(token);
    return true;
  } catch {
    return false;
  }
}

/** Returns the access that Entra's calls have to a running `npm start`. */
export function localTokens({ extension, data }: Pick<Instance, "extension" | "data">): ExtensionAccess {
  if (extension === undefined)
    throw new CommandError("The template of a release answers no external tenants: an app does (docs/install.md).");
  const { tokenUrl, audience, tenantId } = extension;
  const signingKey: JWK = JSON.parse(readFileSync(join(data, TOKEN_KEY_FILE), "utf8"));
  return { tenantId, authorization: bearerTokens({ tokenUrl, audience, clientId: ENTRA_APP_ID }), signingKey };
}
