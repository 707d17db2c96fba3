/** The entire event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/**
 * True only for the event of our schedule. No caller of the API can send this event: API Gateway wraps everything that a caller sends in
 * other members.
 */
export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === WARMING_CALL.gatehouse;
}
