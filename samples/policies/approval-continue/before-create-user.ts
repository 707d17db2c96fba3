import { beforeCreateUser, requestApproval } from "entra-gatehouse";

/** Everybody waits for an approver. An approved person signs up once more within a week and gets in. */
export default beforeCreateUser([requestApproval({ then: "continue" })], {
  trust: ["mail", "google.com"],
});
