import { accessList, beforeCreateUser, limit, permittedValue, requestApproval, sponsor } from "entra-gatehouse";

/**
 * A partner's code lets three people in, and each domain gets ten people in within 30 days. The approver of the code decides on
 * more.
 */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    permittedValue("extension_PartnerCode", { maxUses: 3, usedUp: "approval" }),
    limit({ by: "domain", windows: [{ max: 10, per: "30d" }], then: "approval" }),
    requestApproval({ when: "approval", askedOf: sponsor({ code: "extension_PartnerCode" }) }),
  ],
  { trust: ["mail", "google.com"], labels: { extension_PartnerCode: { en: "Partner code", ko: "파트너 코드" } } },
);
