import { accessList, afterSignIn, approvalStatus } from "entra-gatehouse";

/** People who asked before read the state of their request before they fill in the form again. */
export default afterSignIn([accessList({ otherwise: "continue" }), approvalStatus()]);
