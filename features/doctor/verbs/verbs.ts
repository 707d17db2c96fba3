import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 76,
    name: "doctor",
    topic: "Ship",
    summary: "find what is wrong with an app or a deployment",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
