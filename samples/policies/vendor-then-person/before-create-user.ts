import { beforeCreateUser, idology, requestApproval, verifyIdentity } from "entra-gatehouse";

/** IDology confirms most people. Those that it doubts or cannot check wait for a colleague. */
export default beforeCreateUser([
  verifyIdentity(idology({ timeoutMs: 1_200 }), { review: "approval", unavailable: "approval" }),
  requestApproval({ when: "referred" }),
]);
