import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 44,
    name: "person",
    topic: "People",
    summary: "what is stored about a person",
    about: "Exports and erases what is stored about a person.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
