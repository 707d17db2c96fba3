import { GraphError, isElsewhere, SignInError } from "../../adapters/graph/graph";
import { CredentialError } from "../../adapters/graph/sign-in";
import { signInCause } from "../../adapters/graph/sign-in-causes";
import { CommandError, elsewhereWords } from "../failure";

export interface GraphNeeds {
  /** The minimum permissions for the calls, under Graph's names. */
  readonly permissions: readonly string[];
  /** The minimum roles. A person needs all of them besides the permissions. */
  readonly roles: readonly string[];
  /**
   * Wider permissions, which include the minimum ones. If Graph refuses a call whose path contains `under`, the person is asked for the
   * wider permissions.
   */
  readonly wider?: WiderPermissions;
}

interface WiderPermissions {
  readonly permissions: readonly string[];
  /** A part of a path: "/identity/". The wider permissions are only for calls whose path contains this part. */
  readonly under: string;
}

export interface Finding {
  readonly finding: string;
  readonly fix: string;
  /**
   * Present if a check could not be made. Contains the needed permissions if Graph refused the check for lack of them, and is empty
   * otherwise.
   */
  readonly needs?: readonly string[];
}

export function rolesIn({ roles }: GraphNeeds): string {
  return `the role${roles.length > 1 ? "s" : ""} ${formatList(roles)}`;
}

export function formatList(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Converts Graph's refusal into a CommandError. @param words messages by HTTP status, which replace the usual messages */
export async function callGraph<T>(
  work: () => Promise<T>,
  words: Readonly<Partial<Record<number, string>>>,
  needs: GraphNeeds,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CredentialError) throw new CommandError(error.message, undefined, { cause: error });
    if (!(error instanceof GraphError)) throw error;
    throw new CommandError(words[error.status] ?? refusalWords(error, needs), undefined, { cause: error });
  }
}

/**
 * If Graph refuses the check, returns a finding, so that the other checks still run. Throws for a failed sign-in.
 * @param what the finding's start: "Whether sign-up is on in the tenant"
 */
export async function lookedAt(what: string, needs: GraphNeeds, work: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GraphError) || error instanceof SignInError || error.status === 401) throw error;
    const finding = `${what} could not be checked`;
    if (error.status !== 403 || isElsewhere(error)) return [{ finding, fix: refusalWords(error, needs), needs: [] }];
    const fix = `needs ${formatList(needs.permissions)}, with admin consent; a person needs ${rolesIn(needs)} too (${error.code})`;
    return [{ finding, fix, needs: needs.permissions }];
  }
}

function refusalWords(error: GraphError, needs: GraphNeeds): string {
  const { status, code, requestId, details } = error;
  if (isElsewhere(error)) return elsewhereWords(error);
  if (error instanceof SignInError) {
    if (status === 0 || status >= 500) return `Entra gave no token (${code}): check the network and HTTPS_PROXY, and repeat the command.`;
    const knownCause = signInCause({ codes: details.map((each) => each.code), quoted: details[0]?.quoted });
    if (knownCause !== undefined) return `Entra gives no token (${knownCause.code}): ${knownCause.cause}.`;
    const what = details[0]?.code ?? code;
    return `Entra gives no token (${what}): check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or federated credential. The application must belong to this tenant.`;
  }
  if (status === 401) return "The sign-in to Graph has expired: repeat the command.";
  if (status === 403) {
    const { permissions, wider } = needs;
    const orWider = wider === undefined ? "" : ` (where Graph does not accept these, ${formatList(wider.permissions)})`;
    return `Graph refuses this (${code}): grant the application ${formatList(permissions)}${orWider}, with admin consent; a person needs ${rolesIn(needs)} too.`;
  }
  const about = requestId === undefined ? code : `${code}, request ${requestId}`;
  if (status === 0) return `Graph cannot be reached (${about}): check the network and HTTPS_PROXY, and repeat the command.`;
  return status === 429 || status >= 500
    ? `Graph does not answer now (${status} ${about}): repeat the command.`
    : `Graph refuses this: ${status} ${about}.`;
}
