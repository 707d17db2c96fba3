/** App roles of the Entra application. Each role includes the ones before it. */
export const roles = ["Reader", "Approver", "Administrator"] as const;
export type Role = (typeof roles)[number];

/** The access that a page needs: none, a session, or a role (or one above it). */
export type Access = "anyone" | "signed-in" | Role;

/** The highest of the roles that a token's claim names; undefined if it names none of ours. */
export function roleFrom(claim: unknown): Role | undefined {
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [];
  return roles.findLast((role) => named.includes(role));
}

export function hasRole(role: Role | undefined, needed: Access): boolean {
  if (needed === "anyone" || needed === "signed-in") return true;
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}

/** The pages that need no session. The gateway limits calls of each separately (lib/console/console.ts). */
export const openPaths = ["/sign-in", "/sign-in/callback", "/signed-out"] as const;
export type OpenPath = (typeof openPaths)[number];
