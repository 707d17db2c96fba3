import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 12,
    name: "test",
    topic: "Write a policy",
    summary: "run the policy's cases",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
