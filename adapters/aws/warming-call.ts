/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/** True only for the event of our schedule. API Gateway's events have other members, which contain everything that a caller sends. */
export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === WARMING_CALL.gatehouse;
}
