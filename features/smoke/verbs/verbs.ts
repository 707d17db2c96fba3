import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 80,
    name: "smoke",
    topic: "Ship",
    summary: "test a deployment: sign up as Entra would, and read the records back",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
