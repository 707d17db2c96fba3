import { accessList, afterSignIn } from "entra-gatehouse";

/** After the person signs in with an identity provider: blocks people before they fill in a form. */
export default afterSignIn([accessList()], { trust: "any" });
