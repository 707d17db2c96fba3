import { GraphError, isElsewhere, SignInError } from "../../../adapters/graph/graph";
import { isUnknownToEntra, RoleError } from "../../../adapters/graph/role-sign-in";
import { CredentialError } from "../../../adapters/graph/sign-in";
import { keepGiven } from "../../../engine/json";
import type { AccountTrouble } from "../provisioning";

/** Reasons why there is no account yet, and the operator's remedy. */
export const accountReasons = {
  "denied-by-list":
    "The access list denies the person: remove or narrow the entry, then try again; or deny the request. If an account was begun, delete it in Entra.",
  "issuer-not-supported": "Graph has no documented way to create an account for this identity provider: create it by hand.",
  "identity-incomplete": "Entra sent an identity without the provider's id of the person: create the account by hand.",
  "address-taken": "Another account of the tenant has this address or identity: find it in Entra, and remove it or deny the request.",
  "permission-missing":
    "The application may not do this: grant it User.ReadWrite.All with admin consent, and allow invitations in Entra's external collaboration settings.",
  "application-unknown":
    "The tenant has no enterprise application with this client id: see whether tenantId and clientId are right, and grant admin consent. Right after that, wait a minute and try again.",
  "quota-exceeded":
    "The tenant has reached its limit of directory objects: permanently delete those that nobody needs, or ask Microsoft to raise the limit.",
  "account-blocked": "The tenant has an account with this address that may not sign in: enable it in Entra, or delete it, then try again.",
  "tenant-domain":
    "The domain in the settings is not one of this tenant's: correct tenantDomain in the secret named by the output ApprovalsSecret.",
  "guest-refused":
    "In this tenant Graph creates guests with this identity by invitation only: set inviteAll to true in the secret named by the output ApprovalsSecret.",
  "sponsor-refused":
    "The account exists, without a sponsor: set sponsor, in the secret named by the output ApprovalsSecret, to a user or group of the tenant.",
  "attribute-refused": "Graph refuses the value of an attribute, or does not know the attribute.",
  "request-refused":
    "Graph refuses the request without naming a property: see whether all custom attributes of the request still exist in Entra, and whether tenantDomain is right.",
  "sign-in-refused":
    "Entra refuses the application's sign-in: see whether its tenant and client ids are right, and its secret or certificate is current.",
  "role-refused":
    "AWS or Entra refuses the role's sign-in: the log names the part that refuses it, and docs/runbook.md#role-sign-in-refused says what to do. A new federated credential counts only after some minutes, so the worker tries again.",
  "secret-expired":
    "The application's client secret has expired: create one under App registrations, Certificates & secrets, and put it into the secret named by the output ApprovalsSecret.",
  "invitation-refused":
    "Graph refuses to invite this address. Check in Entra's external collaboration settings that guests, and guests of this domain, may be invited, and that an application (neither an admin nor a member) may invite them. Check also that cross-tenant access settings do not block their organization, and that no contact has the address.",
  "invitation-failed": "Entra could not invite this address: invite it by hand, where Entra shows why.",
  "not-yet-visible":
    "The account was created, but parts of Entra do not show it yet. If it was deleted meanwhile, reopen the request and approve it again.",
  restored:
    "The request comes from a backup, and its account may have been made since: see whether it is in Entra, then try again or deny the request.",
  throttled: "Graph asks for a pause.",
  unavailable: "Graph or Entra's sign-in does not answer, or a proxy answers in its place.",
} as const;

export type AccountReason = keyof typeof accountReasons;

/** Contains no personal data, because its message may be logged. */
export class AccountError extends Error {
  override readonly name = "AccountError";
  readonly property: string | undefined;

  constructor(
    readonly reason: AccountReason,
    readonly retry: AccountTrouble["retry"],
    { property, cause }: { readonly property?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(`${reason}: ${accountReasons[reason]}${property === undefined ? "" : ` (${property})`}`, { cause });
    this.property = property;
  }
}

export function toAccountTrouble(error: unknown): AccountTrouble {
  if (!(error instanceof AccountError)) return { retry: {}, failure: { reason: "unexpected" } };
  const { reason, retry, property, cause } = error;
  const graph = cause instanceof GraphError ? graphWords(cause) : undefined;
  const failure = { reason, ...keepGiven({ detail: property, graph }) };
  return { retry, failure };
}

/** "401 invalid_client AADSTS7000215", "200 unreadable: HTML from GET graph.microsoft.com/v1.0/users". */
function graphWords(cause: GraphError): string {
  const { status, code, details, call, came } = cause;
  const numbers = details.filter((each) => each.code.startsWith("AADSTS")).map((each) => ` ${each.code}`);
  const elsewhere = isElsewhere(cause) ? `: ${came ?? "a redirect"} from ${call}` : "";
  return `${status} ${code}${numbers.join("")}${elsewhere}`;
}

const SECRET_EXPIRED = "AADSTS7000222";

const TOKEN_INVALID = "InvalidAuthenticationToken";

const PERMISSION_MISSING = "Authorization_RequestDenied";

/** Graph's error codes that mean the same reason for every call. */
const tenantReasons: ReadonlyMap<string, AccountReason> = new Map([
  ["Directory_QuotaExceeded", "quota-exceeded"],
  ["Authorization_IdentityNotFound", "application-unknown"],
]);

/** Converts an error only if the tenant's settings or the address are the cause. Returns any other error unchanged. */
export function toInvitationError(error: unknown): unknown {
  if (!(error instanceof GraphError) || error instanceof SignInError) return error;
  const { status, code } = error;
  // Graph answers 412 if the guest was invited before and has been blocked since.
  if (status === 412) return new AccountError("account-blocked", "never", { cause: error });
  const isRefusal = !tenantReasons.has(code) && (status === 400 || (status === 403 && code !== PERMISSION_MISSING));
  return isRefusal && !isConflict(error) ? new AccountError("invitation-refused", "never", { cause: error }) : error;
}

const conflictCodes = new Set(["ObjectConflict", "ConflictingObjects", "Request_MultipleObjectsWithSameKeyValue"]);

/** True if another object already has a value that must be unique: 400 in practice, 409 in Graph's documentation. */
export function isConflict(error: unknown): error is GraphError {
  if (!(error instanceof GraphError)) return false;
  return error.status === 409 || (error.status === 400 && [error, ...error.details].some(({ code }) => conflictCodes.has(code)));
}

export function mayConcern({ details }: GraphError, property: string): boolean {
  return details.length === 0 || details.some(({ target }) => target === property);
}

/**
 * Interprets Graph's refusal. Returns other errors unchanged.
 * @param attributes names of the sent attributes, the only ones that the result may name
 * @param isKnown true if Graph has just accepted the application. Then a 401, as for an invitation, means a missing permission, unless
 * Graph calls the token invalid.
 */
export function toAccountError(error: unknown, attributes: readonly string[], isKnown = false): unknown {
  // A role is refused because of settings of the tenant, outside the stack. Once these settings are right, a later try passes after some
  // minutes.
  if (error instanceof RoleError) return new AccountError("role-refused", {}, { cause: error });
  if (error instanceof CredentialError) return new AccountError("sign-in-refused", "never", { cause: error });
  if (!(error instanceof GraphError)) return error;
  const { status, code, retryAfterMs, details } = error;
  const later = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  if (status === 429) return new AccountError("throttled", later, { cause: error });
  if (status === 0 || status >= 500 || isElsewhere(error)) return new AccountError("unavailable", later, { cause: error });
  const tenantReason = tenantReasons.get(code);
  if (tenantReason !== undefined) return new AccountError(tenantReason, "never", { cause: error });
  if (details.some(({ code }) => code === SECRET_EXPIRED)) return new AccountError("secret-expired", "never", { cause: error });
  if (isUnknownToEntra(details.map((detail) => detail.code))) return new AccountError("role-refused", later, { cause: error });
  if (error instanceof SignInError || (status === 401 && !(isKnown && code !== TOKEN_INVALID))) {
    return new AccountError("sign-in-refused", "never", { cause: error });
  }
  if (status === 403 || status === 401) return new AccountError("permission-missing", "never", { cause: error });
  if (isConflict(error)) return new AccountError("address-taken", "never", { cause: error });
  return toValueError(error, attributes);
}

function toValueError(error: GraphError, attributes: readonly string[]): AccountError {
  const targets = error.details.map(({ target }) => target);
  // Gatehouse puts only allowed characters before the @, so only the domain can be wrong.
  if (targets.includes("userPrincipalName")) return new AccountError("tenant-domain", "never", { cause: error });
  if (targets.some((target) => target === "userType" || target === "creationType")) {
    return new AccountError("guest-refused", "never", { cause: error });
  }
  const property = attributes.find((name) => targets.includes(name));
  if (property !== undefined) return new AccountError("attribute-refused", "never", { property, cause: error });
  return new AccountError("request-refused", "never", { cause: error });
}
