import { accessList, afterSignIn, prefill, profiles } from "entra-gatehouse";

/** People that we know find their form filled in. */
export default afterSignIn([accessList({ otherwise: "continue" }), prefill(profiles())], { trust: ["mail", "google.com"] });
