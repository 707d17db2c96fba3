import { accessList, beforeCreateUser, idology, verifyIdentity } from "entra-gatehouse";

export default beforeCreateUser([accessList({ otherwise: "continue" }), verifyIdentity(idology())], { trust: ["mail", "google.com"] });
