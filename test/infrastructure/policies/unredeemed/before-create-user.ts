import { accessList, beforeCreateUser, expiry, invited, requestApproval } from "entra-gatehouse";

/** Access ends if nobody redeems the invitation. */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    invited({ otherwise: "approval" }),
    expiry({ lasts: "365d", unredeemed: "30d" }),
    requestApproval(),
  ],
  { trust: ["mail"] },
);
