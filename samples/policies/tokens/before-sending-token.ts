import { approvalClaims, assign, beforeSendingToken, prefill, profiles } from "entra-gatehouse";

/** Applications read who is a partner, and since when. */
export default beforeSendingToken(
  [assign({ extension_Portal: "partners" }), prefill(profiles()), approvalClaims({ extension_ApprovedAt: "decidedAt" })],
  { trust: ["mail", "google.com"] },
);
