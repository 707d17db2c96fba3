import { beforeCreateUser, onlyDomains } from "entra-gatehouse";

export default beforeCreateUser([onlyDomains(["contoso.com"])], { trust: "any" });
