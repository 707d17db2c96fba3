/** App roles of operators. Each role includes the ones before it. */
export const operatorRoles = ["Reader", "Approver", "Administrator"] as const;
/**
 * All app roles of the Entra application. A partner's contact has no right of an operator, and an operator has no right of a partner's
 * contact. A decider sees only the requests that ask them. Operators may be asked too.
 */
export const roles = ["Partner", "Decider", ...operatorRoles] as const;
export type Role = (typeof roles)[number];

/** The first pages of people who are not operators. */
export const homes = { Partner: "/partner", Decider: "/asked" } as const;

/** Visitors of a page: everyone, everyone who signed in, or a role and those above it. */
export type Access = "anyone" | "signed-in" | Role;

/**
 * Returns the highest role in a token's claim. An app role that is not Gatehouse's is for approvers: a person who has it is a decider. A
 * Gatehouse role in other letter case is no role.
 */
export function roleFrom(claim: unknown): Role | undefined {
  const namedRoles: readonly unknown[] = Array.isArray(claim) ? claim : [];
  return roles.findLast((role) => namedRoles.includes(role)) ?? (namedRoles.some(isOther) ? "Decider" : undefined);
}

function isOther(name: unknown): boolean {
  return typeof name === "string" && name.trim() !== "" && !roles.some((role) => role.toLowerCase() === name.trim().toLowerCase());
}

export function hasRole(role: Role | undefined, neededAccess: Access): boolean {
  if (neededAccess === "anyone" || neededAccess === "signed-in") return true;
  if (role === undefined || role === "Partner" || neededAccess === "Partner") return role === neededAccess;
  return roles.indexOf(role) >= roles.indexOf(neededAccess);
}

/** The pages that need no session. The gateway limits calls of each separately (lib/console/console.ts). */
export const openPaths = ["/sign-in", "/sign-in/callback", "/signed-out"] as const;
export type OpenPath = (typeof openPaths)[number];
