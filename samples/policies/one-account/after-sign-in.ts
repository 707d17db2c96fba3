import { accessList, afterSignIn, oneAccount } from "entra-gatehouse";

/** People who already have an account read here how they signed up, before they fill in a form. */
export default afterSignIn([accessList({ otherwise: "continue" }), oneAccount()], { trust: ["mail", "google.com"] });
