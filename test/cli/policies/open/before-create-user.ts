import { accessList, beforeCreateUser, requestApproval } from "entra-gatehouse";

/** Nobody is referred: everybody would get in. */
export default beforeCreateUser([accessList({ otherwise: "continue" }), requestApproval({ when: "approval" })], { trust: "any" });
