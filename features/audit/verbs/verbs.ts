import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 60,
    name: "audit",
    topic: "Find out why",
    summary: "who changed what, what people accepted, and whether the record is complete",
    about:
      "Shows who changed what, and proves that nothing in that record is missing or altered. audit terms shows which terms people accepted.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];
