/** App roles of operators. Each role includes the ones before it. */
export const operatorRoles = ["Reader", "Approver", "Administrator"] as const;
/** All app roles of the Entra application. A partner's contact has none of the operators' rights, and they have none of theirs. */
export const roles = ["Partner", ...operatorRoles] as const;
export type Role = (typeof roles)[number];

/** Who may open a page: everyone, everyone who signed in, or a role and those above it. */
export type Access = "anyone" | "signed-in" | Role;

/** The highest of the roles that a token's claim names; undefined if it names none of ours. */
export function roleFrom(claim: unknown): Role | undefined {
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [];
  return roles.findLast((role) => named.includes(role));
}

export function hasRole(role: Role | undefined, needed: Access): boolean {
  if (needed === "anyone" || needed === "signed-in") return true;
  if (role === undefined || role === "Partner" || needed === "Partner") return role === needed;
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** The pages that need no session. The gateway limits calls of each separately (lib/console/console.ts). */
export const openPaths = ["/sign-in", "/sign-in/callback", "/signed-out"] as const;
export type OpenPath = (typeof openPaths)[number];
