import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 8,
    name: "start",
    topic: "Write a policy",
    summary: "run a Gatehouse on this machine",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
