import { act, auditNeeds, look, offer, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 40,
    name: "partners",
    topic: "People",
    summary: "domains whose owners prove them by a TXT record",
    about: "Takes in domains as partners. A partner's owner proves the domain by a TXT record, and the policy may let its people in.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("partners list", stack, offer("partners"), { "accessList indexes": "Scan", ledger: "BatchGetItem" }),
  look("partners show", stack, offer("partners.show"), { ledger: "BatchGetItem" }),
  act(
    "partners add, partners check, partners remove",
    stack,
    auditNeeds,
    offer("partners.add", "partners.check", "partners.remove", "partners"),
  ),
];
