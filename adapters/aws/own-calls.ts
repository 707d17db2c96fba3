// Events that Gatehouse itself sends to its functions. No caller of the API can send them: API Gateway wraps everything that a caller sends in
// other members.

/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/**
 * The entire event with which `doctor` asks a function for the permissions in its role's token. The function must answer, because the
 * operator's machine cannot sign in as the role.
 */
export const PERMISSIONS_CALL = { gatehouse: "graph-permissions" } as const;

/** True only for the event of our schedule. */
export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  return isOwnCall(event, WARMING_CALL);
}

/** True only for the event of `doctor`. */
export function isPermissionsCall(event: unknown): event is typeof PERMISSIONS_CALL {
  return isOwnCall(event, PERMISSIONS_CALL);
}

function isOwnCall(event: unknown, call: { readonly gatehouse: string }): boolean {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === call.gatehouse;
}
