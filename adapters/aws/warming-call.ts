/** The whole event of a call that keeps a function's environment ready. */
export const WARMING_CALL = { gatehouse: "keep-warm" } as const;

/** True for our schedule's event alone. API Gateway's events all have other members: what a caller sends stands within these. */
export function isWarmingCall(event: unknown): event is typeof WARMING_CALL {
  if (typeof event !== "object" || event === null || Object.keys(event).length > 1) return false;
  return "gatehouse" in event && event.gatehouse === WARMING_CALL.gatehouse;
}
