import { accessList, beforeCreateUser, onlyApplications } from "entra-gatehouse";

export default beforeCreateUser([onlyApplications(["3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"]), accessList()], { trust: "any" });
