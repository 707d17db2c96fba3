import { act, auditNeeds, caller, look, offer, personKey, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 44,
    name: "person",
    topic: "People",
    summary: "what is stored about a person",
    about: "Exports and erases what is stored about a person.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("person export", stack, personKey, offer("person.export")),
  act("person forget-account", auditNeeds, offer("person.forget-account")),
  act("person erase", stack, personKey, caller, offer("person.erase")),
];
