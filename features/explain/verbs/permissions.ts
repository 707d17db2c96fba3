import { approvals, commit, decisions, look, personKey, rows, stack } from "../../../cli/permissions";

export const permissions = [look("why", stack, commit, personKey, rows, approvals, decisions, { accessList: "GetItem" })];
