import { accessList, beforeCreateUser, limit, requestApproval } from "entra-gatehouse";

/**
 * People that the list allows always get in. Of others, twenty people an hour get in from each domain, then an approver decides.
 * After three hundred people in an hour, nobody else gets in.
 */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    limit({ by: "gate", windows: [{ max: 300, per: "1h" }] }),
    limit({ by: "domain", windows: [{ max: 20, per: "1h" }], then: "approval" }),
    requestApproval({ when: "approval" }),
  ],
  { trust: ["mail", "google.com"] },
);
