import { approvalClaims, beforeSendingToken } from "entra-gatehouse";

export default beforeSendingToken([approvalClaims({ approval: "state" })]);
