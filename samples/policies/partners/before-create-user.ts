import { beforeCreateUser, partners, requestApproval } from "entra-gatehouse";

/** People of a partner get in with an address that their provider proves; an approver decides on everybody else. */
export default beforeCreateUser([partners({ otherwise: "approval" }), requestApproval({ when: "approval" })], {
  trust: ["mail", "google.com"],
});
