import { act, auditNeeds, look, stack } from "../../../cli/permissions";
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

export const permissions = [
  look("partners list", stack, { decisions: "Query", "accessList indexes": "Scan", ledger: "BatchGetItem" }),
  look("partners show", stack, { decisions: "BatchGetItem", ledger: "BatchGetItem" }),
  // Ends entries of a lapsed or removed partner's contacts.
  act("partners add, partners check, partners remove", stack, auditNeeds, {
    decisions: "BatchGetItem DeleteItem PutItem Query",
    accessList: "BatchGetItem UpdateItem",
    "accessList indexes": "Query",
  }),
];
