import { type ActionNeeds, act, approvals, auditNeeds, decisions, look, offer, personKey, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 32,
    name: "approvals",
    topic: "People",
    summary: "requests for approval, and decisions on them",
    about: "Shows who waits for approval, and decides. Each change of a request is on record.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

/** The row of delegations says whom the caller stands in for. */
const delegators: ActionNeeds = { ledger: "GetItem" };

export const permissions = [
  look("approvals, approvals list, approvals show", stack, decisions, approvals, { ledger: "BatchGetItem GetItem" }),
  // The invitation or the account of a guest whom a colleague asked for may have a hash of another key.
  act("approvals approve", stack, personKey, decisions, approvals, delegators, offer("approvals.approve")),
  act("approvals retry, approvals reopen", stack, decisions, approvals, delegators, offer("approvals.approve")),
  act("approvals deny, approvals reassign, approvals remind", stack, decisions, approvals, delegators, offer("approvals.deny")),
  act("approvals deny-domain", stack, auditNeeds, approvals, delegators, offer("approvals.deny-domain")),
  look("approvals delegations", stack, { ledger: "GetItem" }),
  act("approvals delegate, approvals undelegate", stack, auditNeeds, offer("approvals.delegate", "approvals.undelegate")),
];
