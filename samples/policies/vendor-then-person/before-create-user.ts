import { beforeCreateUser, idology, requestApproval, verifyIdentity } from "entra-gatehouse";

/** IDology confirms most people by itself. Whom it doubts, or cannot be asked about, waits for a colleague. */
export default beforeCreateUser([
  verifyIdentity(idology({ timeoutMs: 1_200 }), { review: "approval", unavailable: "approval" }),
  requestApproval({ when: "referred" }),
]);
