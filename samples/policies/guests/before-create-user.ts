import { accessList, approvers, beforeCreateUser, expiry, invited, requestApproval, sponsor } from "entra-gatehouse";

/**
 * A guest's whole life: invited people get in, everybody else needs the yes of a sponsor and then of Security, and nobody stays
 * longer than half a year without somebody's word.
 */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    expiry({ lasts: "180d", renew: "sponsor", remind: [30, 7], then: { disable: 0, delete: 30 }, otherwise: "approval" }),
    invited({ otherwise: "approval" }),
    requestApproval({
      when: "approval",
      stages: [
        {
          by: sponsor({ attribute: "extension_Sponsor", domains: ["contoso.com"] }),
          orElse: approvers("Approver"),
          within: "48h",
        },
        { by: approvers("Security"), need: 1 },
      ],
    }),
  ],
  {
    trust: ["mail", "google.com"],
    labels: { extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" }, extension_Sponsor: { en: "Sponsor", ko: "후견인" } },
  },
);
