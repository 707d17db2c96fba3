import { beforeCreateUser, idology, requestApproval, verifyIdentity } from "entra-gatehouse";

/** IDology confirms most people. Those that it doubts or cannot check wait for a colleague. */
export default beforeCreateUser(
  [verifyIdentity(idology({ timeout: "1.2s" }), { review: "approval", unavailable: "approval" }), requestApproval({ when: "approval" })],
  { trust: ["mail", "google.com"] },
);
