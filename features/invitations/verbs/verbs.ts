import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 28,
    name: "invite",
    topic: "People",
    summary: "invite people to sign up, let in the waiting list, make codes",
    about:
      "Invites people to sign up, by mail or by codes that you hand out. It also lets in people from the waiting list, and makes codes that name nobody.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
