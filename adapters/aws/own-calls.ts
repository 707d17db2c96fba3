// Events that only Gatehouse sends. No caller of the API can send them: API Gateway puts a caller's data into an event of another form.

/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/**
 * The event that asks a function for its application's permissions. `doctor` on the operator's machine cannot sign in as the function's
 * role.
 */
export const PERMISSIONS_CALL = { gatehouse: "graph-permissions" } as const;

export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  return isOwnCall(event, WARMING_CALL);
}

export function isPermissionsCall(event: unknown): event is typeof PERMISSIONS_CALL {
  return isOwnCall(event, PERMISSIONS_CALL);
}

function isOwnCall(event: unknown, call: { readonly gatehouse: string }): boolean {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === call.gatehouse;
}
