import { accessList, afterSignIn, oneAccount } from "entra-gatehouse";

/** People that the list denies, and people who already have an account, read so here, before they fill in a form. */
export default afterSignIn([accessList({ otherwise: "continue" }), oneAccount()], { trust: ["mail", "google.com"] });
