import { approvals, decisions, look, personKey, rows, stack } from "../../../cli/permissions";

export const permissions = [look("preview", stack, personKey, rows, approvals, decisions)];
