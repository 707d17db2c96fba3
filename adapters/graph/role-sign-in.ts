import { parseJsonObject } from "../../engine/json";
import { RoleTokenError, type RoleTokens } from "../aws/role-token";
import type { Log } from "../log";
import { CredentialError, type GraphToken, graphSignIn, readRefusal, type SignInRequest } from "./sign-in";
import { signInCause } from "./sign-in-causes";

/** AWS signs no token for the application; the message says why. */
export class RoleError extends CredentialError {}

export interface RoleSignIn {
  readonly request: Omit<SignInRequest, "credential" | "signal">;
  readonly tokens: RoleTokens;
  /** The audience that Entra in the tenant's cloud requires. */
  readonly audience: string;
  /** Signs in by the credential in the application's secret. Undefined if there is none. Throws CredentialError if it cannot be used. */
  readonly signInBySecret: (signal: AbortSignal) => Promise<GraphToken | Response | undefined>;
  readonly log: Pick<Log, "count" | "error" | "warn">;
}

/** The part of a role's token that Entra refuses. "Other" stands for every other reason, such as the token's time. */
type RefusedPart = "Issuer" | "Subject" | "Audience" | "Other";

const parts: Readonly<Record<string, RefusedPart>> = {
  AADSTS700211: "Issuer",
  AADSTS700212: "Audience",
  AADSTS700213: "Subject",
  AADSTS7002138: "Subject",
};

/** Codes for a token that matches no federated credential. Entra may send them for some minutes after a credential was made. */
const unknownCredential: ReadonlySet<string> = new Set(["AADSTS70021", ...Object.keys(parts)]);

/** True if Entra finds no federated credential for a role's token. For some minutes, Entra may not find a credential that was just made. */
export function isUnknownToEntra(codes: readonly string[]): boolean {
  return codes.some((code) => unknownCredential.has(code));
}

/**
 * Signs in by the role. If AWS or Entra refuses the role, rings an alarm, and signs in by the credential in the application's secret, if
 * any. So a stack can change from the secret to the role, and back, without a pause.
 */
export async function signInByRole(
  { request, tokens, audience, signInBySecret, log }: RoleSignIn,
  signal: AbortSignal,
): Promise<GraphToken | Response> {
  const result = await attemptByRole({ request, tokens, audience }, signal);
  // An immediate retry would not change such a refusal.
  const isRefused = result instanceof Response && result.status >= 400 && result.status < 500 && result.status !== 429;
  if (!(result instanceof RoleError) && !isRefused) return result;
  await reportRefusal(log, tokens.role, result);
  const second = await signInBySecret(signal).catch(() => undefined);
  if (second !== undefined && !(second instanceof Response)) {
    log.warn("signed in by the secret instead of the role", { role: tokens.role });
    return second;
  }
  if (result instanceof RoleError) throw result;
  return result;
}

async function attemptByRole(
  { request, tokens, audience }: Pick<RoleSignIn, "request" | "tokens" | "audience">,
  signal: AbortSignal,
): Promise<GraphToken | Response | RoleError> {
  let assertion: string;
  try {
    assertion = await tokens.token(audience, signal);
  } catch (error) {
    if (error instanceof RoleTokenError) return new RoleError(error.message, { cause: error });
    // If STS does not answer, throws a TypeError, as `fetch` does for a failed connection. So the caller retries the call.
    throw signal.aborted ? error : new TypeError("STS does not answer", { cause: error });
  }
  return await graphSignIn({ ...request, credential: { assertion }, signal });
}

/** An alarm's text is fixed, so each part of the token has an alarm of its own. */
async function reportRefusal(log: RoleSignIn["log"], role: string, refusal: Response | RoleError): Promise<void> {
  if (refusal instanceof RoleError) {
    log.error("role sign-in refused", { role, by: "aws", cause: refusal.message });
    log.count("RoleOtherRefused");
    return;
  }
  const { error_codes, error_description } = parseJsonObject(await refusal.clone().text()) ?? {};
  const answer = readRefusal(error_codes, error_description);
  const part = answer.codes.flatMap((code) => parts[code] ?? [])[0] ?? "Other";
  log.error("role sign-in refused", { role, by: "entra", part: part.toLowerCase(), ...signInCause(answer), codes: answer.codes });
  log.count(`Role${part}Refused`);
}
