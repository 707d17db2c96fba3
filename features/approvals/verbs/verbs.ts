import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 32,
    name: "approvals",
    topic: "People",
    summary: "requests for approval, and decisions on them",
    about: "Shows who waits for approval, and decides. Each change of a request is on record.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
