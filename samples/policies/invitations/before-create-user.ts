import { accessList, beforeCreateUser, invited, requestApproval } from "entra-gatehouse";

/** Invited people sign up, by their address or with a code. Everybody else waits for an approver, and may then sign up again. */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    invited({ by: ["address", "code"], otherwise: "approval" }),
    requestApproval({ when: "approval", then: "continue", unproven: "block" }),
  ],
  { trust: ["mail", "google.com"], labels: { extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" } } },
);
