import { accessList, beforeCreateUser, invited, requestApproval } from "entra-gatehouse";

/** Invited people sign up, by their address or with a code. Everybody else waits for an approver. */
export default beforeCreateUser(
  [accessList({ otherwise: "continue" }), invited({ otherwise: "approval" }), requestApproval({ when: "approval" })],
  { trust: ["mail", "google.com"] },
);
