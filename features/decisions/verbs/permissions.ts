import { approvals, commit, decisions, look, stack } from "../../../cli/permissions";

export const permissions = [look("decisions", stack, commit, decisions, approvals, { accessList: "GetItem" })];
