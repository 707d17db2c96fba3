import { accessList, afterSignIn } from "entra-gatehouse";

export default afterSignIn([accessList({ otherwise: "continue" })], { trust: ["mail", "google.com"] });
