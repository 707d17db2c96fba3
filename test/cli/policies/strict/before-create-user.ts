import { accessList, beforeCreateUser, onlyDomains } from "entra-gatehouse";

/** A draft that closes the gate to all but one domain. */
export default beforeCreateUser([onlyDomains(["contoso.com"]), accessList()], { trust: "any" });
