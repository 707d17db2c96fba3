import { look, personKey, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "audit",
    name: "terms",
    summary: "which terms people accepted, and whether the policy has the same",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("audit terms proof", stack, personKey, { ledger: "GetItem" }),
  look("audit terms check", stack, { ledger: "GetItem" }),
];
