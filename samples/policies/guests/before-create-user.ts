import { accessList, approvers, beforeCreateUser, expiry, invited, requestApproval, sponsor } from "entra-gatehouse";

/**
 * A guest's whole life: invited people get in, everybody else needs the yes of a sponsor, and nobody stays longer than half a
 * year without somebody's word.
 */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    expiry({ lasts: "180d", then: { delete: 30 }, otherwise: "approval" }),
    invited({ otherwise: "approval" }),
    requestApproval({
      when: "approval",
      stages: [
        {
          by: sponsor({ attribute: "extension_Sponsor", domains: ["contoso.com"] }),
          orElse: approvers("Approver"),
          within: "48h",
        },
      ],
    }),
  ],
  { trust: ["mail", "google.com"] },
);
