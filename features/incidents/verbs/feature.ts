import { act, auditNeeds, caller, decisions, listEdits, look, offer, signIn, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 92,
    name: "incident",
    topic: "In an emergency",
    summary: "people let in by an attack: find them, shut them out, undo it",
    about: "Finds the people that an attack got in, shuts them out together, and undoes that.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  act("incident select", stack, caller, offer("incidents.open")),
  // The table `ledger` contains the journeys. A journey leads from a decision to an account.
  act(
    "incident act, incident confirm, incident undo",
    stack,
    decisions,
    auditNeeds,
    signIn,
    listEdits,
    offer("incidents.act", "incidents.confirm", "incidents.undo"),
    {
      ledger: "GetItem",
    },
  ),
  look("incident show", stack, decisions, { listChanges: "GetItem Query" }),
];
