import { accessList, beforeCreateUser } from "entra-gatehouse";

export default beforeCreateUser([accessList()], { trust: "any" });
