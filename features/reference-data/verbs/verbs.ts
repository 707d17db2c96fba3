import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 48,
    name: "table",
    topic: "People",
    summary: "profiles and reference data, from and to files",
    about: "Writes profiles and reference data from a file, and to one. For the access list, see list import.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
