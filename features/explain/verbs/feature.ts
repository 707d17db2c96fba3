import { accounts, approvals, commit, decisions, look, personKey, rows, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 52,
    name: "why",
    topic: "Find out why",
    summary: "why somebody was refused, by code or address; what would be decided now",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("why", stack, commit, personKey, rows, approvals, accounts, decisions, { accessList: "GetItem", listChanges: "BatchGetItem Query" }),
];
