import { accessList, afterSignIn, approvalStatus } from "entra-gatehouse";

/** People who asked before learn where their request stands, before they fill in the form again. */
export default afterSignIn([accessList({ otherwise: "continue" }), approvalStatus()]);
