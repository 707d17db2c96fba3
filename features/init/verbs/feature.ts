import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 4,
    name: "init",
    topic: "Write a policy",
    summary: "write a CDK app of your own",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
