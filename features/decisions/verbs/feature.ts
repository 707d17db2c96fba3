import { approvals, commit, decisions, look, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 56,
    name: "decisions",
    topic: "Find out why",
    summary: "what was decided, and why",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [look("decisions", stack, commit, decisions, approvals, { accessList: "GetItem" })];
