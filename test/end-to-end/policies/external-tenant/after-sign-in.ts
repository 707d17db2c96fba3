import { accessList, afterSignIn, assign } from "entra-gatehouse";

export default afterSignIn([assign({ city: "Seoul" }), accessList({ otherwise: "continue" })], { trust: "any" });
