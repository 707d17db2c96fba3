import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 52,
    name: "why",
    topic: "Find out why",
    summary: "why somebody was refused, by code or address; what would be decided now",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
