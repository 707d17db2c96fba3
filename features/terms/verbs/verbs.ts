import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "audit",
    name: "terms",
    summary: "which terms people accepted, and whether the policy has the same",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
