import { act, auditNeeds, look, offer, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 88,
    name: "gate",
    topic: "In an emergency",
    summary: "open a gate, or set it to approval, listed or closed",
    about: "Shows how gates are set, and sets them. A gate that is not open lets in fewer people than its policy, for a while.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("gate, gate show", stack, { decisions: "Query" }),
  act("gate open, gate approval, gate listed, gate closed", stack, auditNeeds, offer("gates.set")),
];
