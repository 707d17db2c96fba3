import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 36,
    name: "expiry",
    topic: "People",
    summary: "until when people have access: list, extend, end, renew",
    about: "Shows until when the people have access that the gates let in, and changes it. The rule expiry() gives them an end.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
