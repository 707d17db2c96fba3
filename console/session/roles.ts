/** App roles of operators. Each role includes the ones before it. */
export const operatorRoles = ["Reader", "Approver", "Administrator"] as const;
/**
 * All app roles of the Entra application. A partner's contact has none of an operator's rights, and an operator has none of a contact's
 * rights. A decider sees only the requests that the decider is asked to decide. Operators may be asked to decide too.
 */
export const roles = ["Partner", "Decider", ...operatorRoles] as const;
export type Role = (typeof roles)[number];

/**
 * The app role of colleagues who may ask for a guest. It gives no rank, so who has it alone decides nothing. Approvers may ask without it.
 */
export const REQUESTER = "Requester";

/** The first pages of people who are not operators. */
export const homes = { Partner: "/partner", Decider: "/asked", Requester: "/ask" } as const;

/** Everyone, everyone who signed in, or people with this role or a higher one. "Partner" admits only partners' contacts. */
export type Access = "anyone" | "signed-in" | Role | typeof REQUESTER;

/** A person's rank and, apart from it, whether they may ask for a guest. */
export interface Standing {
  readonly role?: Role | undefined;
  readonly isRequester?: boolean | undefined;
}

/**
 * Returns the highest Gatehouse role in a token's claim. A person without a Gatehouse role but with another app role is a decider: such app
 * roles are for approvers. A Gatehouse role in other letter case counts as no role.
 */
export function roleFrom(claim: unknown): Role | undefined {
  const namedRoles: readonly unknown[] = Array.isArray(claim) ? claim : [];
  return roles.findLast((role) => namedRoles.includes(role)) ?? (namedRoles.some(isOther) ? "Decider" : undefined);
}

/** True if a token's claim has the role of those who may ask. */
export function isRequesterIn(claim: unknown): boolean {
  return Array.isArray(claim) && claim.includes(REQUESTER);
}

function isOther(name: unknown): boolean {
  if (typeof name !== "string" || name.trim() === "") return false;
  return ![...roles, REQUESTER].some((role) => role.toLowerCase() === name.trim().toLowerCase());
}

/** A partner's contact asks for nobody, whatever other role they have. */
export function hasAccess({ role, isRequester = false }: Standing, neededAccess: Access): boolean {
  if (neededAccess !== REQUESTER) return hasRole(role, neededAccess);
  return hasRole(role, "Approver") || (isRequester && role !== "Partner");
}

export function hasRole(role: Role | undefined, neededAccess: Exclude<Access, typeof REQUESTER>): boolean {
  if (neededAccess === "anyone" || neededAccess === "signed-in") return true;
  if (role === undefined || role === "Partner" || neededAccess === "Partner") return role === neededAccess;
  return roles.indexOf(role) >= roles.indexOf(neededAccess);
}

/** The pages that need no session. The gateway limits the calls of each page separately (lib/console/console.ts). */
export const openPaths = ["/sign-in", "/sign-in/callback", "/signed-out"] as const;
export type OpenPath = (typeof openPaths)[number];
