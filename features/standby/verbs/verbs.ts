import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "backup",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
