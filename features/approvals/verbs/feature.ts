import { act, approvals, auditNeeds, decisions, listEdits, look, stack, warnings } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 32,
    name: "approvals",
    topic: "People",
    summary: "requests for approval, and decisions on them",
    about: "Shows who waits for approval, and decides. Each change of a request is on record.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("approvals, approvals list, approvals show", stack, decisions, approvals, { ledger: "BatchGetItem" }),
  act("approvals approve, approvals retry, approvals reopen", stack, warnings, decisions, approvals, {
    approvals: "PutItem",
    ledger: "GetItem",
  }),
  act("approvals deny, approvals reassign, approvals remind", stack, decisions, approvals, { approvals: "PutItem", ledger: "GetItem" }),
  act("approvals deny-domain", stack, listEdits, auditNeeds, approvals, { approvals: "PutItem", ledger: "GetItem" }),
  look("approvals delegations", stack, { ledger: "GetItem" }),
  act("approvals delegate, approvals undelegate", stack, auditNeeds, { ledger: "GetItem UpdateItem" }),
];
