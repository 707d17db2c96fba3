import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 40,
    name: "partners",
    topic: "People",
    summary: "domains whose owners prove them by a TXT record",
    about: "Takes in domains as partners. A partner's owner proves the domain by a TXT record, and the policy may let its people in.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
