import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 24,
    name: "list",
    topic: "People",
    summary: "the access list: who may sign up",
    about:
      "Reads and edits the access list: addresses, domains and accounts that may sign up, or may not. An edit counts from the next sign-up on, and list revert undoes it.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
