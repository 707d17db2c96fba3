import { accessList, beforeCreateUser, permittedValue } from "entra-gatehouse";

/** An invitation code lets one person in; a partner number, if there is one, has to be on the list. */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    permittedValue("extension_PartnerNumber", { optional: true }),
    permittedValue("extension_InvitationCode", { maxUses: 1 }),
  ],
  {
    trust: ["mail", "google.com"],
    labels: {
      extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" },
      extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" },
    },
  },
);
