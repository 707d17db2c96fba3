import { approvals, decisions, look, personKey, rows, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 16,
    name: "preview",
    topic: "Write a policy",
    summary: "what a draft policy or list would change",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [look("preview", stack, personKey, rows, approvals, decisions)];
