import { afterSignIn, approvalStatus } from "entra-gatehouse";

export default afterSignIn([approvalStatus()]);
