import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 30,
    within: "entra",
    name: "conform",
    summary: "test any API connector against Entra's contract",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
