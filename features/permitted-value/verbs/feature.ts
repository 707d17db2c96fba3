import { act, auditNeeds, offer, personKey, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    within: "invite",
    name: "codes",
    summary: "codes that name nobody: create, list, revoke",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  act("invite codes list", stack, personKey, { ledger: "BatchGetItem", referenceData: "BatchGetItem Query Scan" }),
  act("invite codes revoke", stack, auditNeeds, offer("reference-data.remove")),
  act("invite codes create", stack, auditNeeds, offer("reference-data.add")),
];
