import { accessList, beforeCreateUser, expiry, requestApproval } from "entra-gatehouse";

export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    expiry({ lasts: "180d", remind: [30, 7], then: { disable: 0, delete: 30 }, otherwise: "approval" }),
    requestApproval({ when: "approval" }),
  ],
  { trust: ["mail", "google.com"], admitsEverybody: "Anybody may be a guest, for half a year." },
);
