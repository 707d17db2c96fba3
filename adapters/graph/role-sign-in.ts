import { parseJsonObject } from "../../engine/json";
import { RoleTokenError, type RoleTokens } from "../aws/role-token";
import type { Log } from "../log";
import { CredentialError, type GraphCredential, type GraphToken, graphSignIn, readRefusal, type SignInRequest } from "./sign-in";
import { signInCause } from "./sign-in-causes";

/** AWS signs no token for the application; the message says why. */
export class RoleError extends CredentialError {}

export interface RoleSignIn {
  readonly request: Omit<SignInRequest, "credential" | "signal">;
  readonly tokens: RoleTokens;
  /** The cloud's, which Entra requires. */
  readonly audience: string;
  /** The credential that the application's secret still holds. Throws CredentialError for one that cannot be used. */
  readonly heldCredential: () => Promise<GraphCredential | undefined>;
  readonly log: Pick<Log, "count" | "error" | "warn">;
}

/** The part of a role's token that Entra refuses; "other" for anything else, the token's time among it. */
type RefusedPart = "Issuer" | "Subject" | "Audience" | "Other";

const parts: Readonly<Record<string, RefusedPart>> = {
  AADSTS700211: "Issuer",
  AADSTS700212: "Audience",
  AADSTS700213: "Subject",
  AADSTS7002138: "Subject",
};

/** Codes of a federated credential that Entra does not find, which may be because it was just made. */
const unknownCredential: ReadonlySet<string> = new Set(["AADSTS70021", ...Object.keys(parts)]);

/** True if Entra finds no credential for a role's token. It may find it in some minutes. */
export function isUnknownToEntra(codes: readonly string[]): boolean {
  return codes.some((code) => unknownCredential.has(code));
}

/**
 * Signs in by the role. If AWS or Entra refuses it, an alarm rings, and a credential that is still in the application's secret takes its
 * place: so a stack moves from one to the other, and back, without a pause.
 */
export async function signInByRole(
  { request, tokens, audience, heldCredential, log }: RoleSignIn,
  signal: AbortSignal,
): Promise<GraphToken | Response> {
  const result = await attemptByRole({ request, tokens, audience }, signal);
  if (!(result instanceof RoleError) && !(result instanceof Response && isRefusal(result))) return result;
  await reportRefusal(log, tokens.role, result);
  const credential = await heldCredential().catch(() => undefined);
  const second = credential && (await graphSignIn({ ...request, credential, signal }).catch(() => undefined));
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
    // As fetch reports a connection that failed: it is tried again.
    throw signal.aborted ? error : new TypeError("STS does not answer", { cause: error });
  }
  return await graphSignIn({ ...request, credential: { assertion }, signal });
}

/** True for an answer that another try at once would not change. */
function isRefusal({ status }: Response): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

/** Names the part that was refused: each has an alarm of its own, as an alarm's text is fixed. */
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
