import { accessList, afterSignIn } from "entra-gatehouse";

export default afterSignIn([accessList()], { trust: "any" });
