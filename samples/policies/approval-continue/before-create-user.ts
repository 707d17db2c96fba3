import { beforeCreateUser, requestApproval } from "entra-gatehouse";

/** Everybody waits for an approver. An approved person signs up once more within three days and gets in. */
export default beforeCreateUser([requestApproval({ then: "continue", unproven: "block", passFor: "3d", askAgainAfter: "30d" })], {
  trust: ["mail", "google.com"],
});
