import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 10,
    within: "entra",
    load: async () => ({ register: (await import("./entra-rotate")).registerRotate }),
  },
  {
    place: 20,
    within: "entra",
    name: "credentials",
    summary: "user name and password of Entra's API connectors",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
