// Events of Gatehouse itself. No caller of the API can send them, because API Gateway puts a caller's data into an event of its own form.

/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/**
 * Asks a function for the permissions in its application's token, because the operator's machine (`doctor`) cannot sign in as the
 * function's role.
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
