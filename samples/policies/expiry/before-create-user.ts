import { accessList, beforeCreateUser, expiry, requestApproval } from "entra-gatehouse";

export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    expiry({ lasts: "180d", then: { delete: 30 }, otherwise: "approval" }),
    requestApproval({ when: "approval" }),
  ],
  { trust: ["mail", "google.com"], admitsEverybody: "a public event" },
);
