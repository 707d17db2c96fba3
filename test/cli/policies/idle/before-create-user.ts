import { accessList, beforeCreateUser, expiry } from "entra-gatehouse";

/** Access ends without tokens. */
export default beforeCreateUser([accessList(), expiry({ lasts: "365d", idle: "90d" })], { trust: "any" });
