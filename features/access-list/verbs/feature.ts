import { act, approvals, auditNeeds, decisions, denials, look, offer, personKey, rows, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 24,
    name: "list",
    topic: "People",
    summary: "the access list: who may sign up",
    about:
      "Reads and edits the access list: addresses, domains and accounts that may sign up, or may not. An edit counts from the next sign-up on, and list revert undoes it.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("list export, list lint", stack, { accessList: "BatchGetItem GetItem Scan" }),
  // With --problem, it says which domains look like a known one.
  // With --used, it reads how many people each entry let in.
  look("list show", stack, personKey, { accessList: "BatchGetItem GetItem Scan", ledger: "BatchGetItem" }),
  // The newest decision and the requests say how the person signs in.
  look("list check", stack, personKey, denials, approvals, decisions),
  act("list tidy", stack, { accessList: "DeleteItem GetItem PutItem Scan" }),
  look("list changes", stack, { listChanges: "GetItem Query" }),
  look(
    "list add --dry-run, list allow --dry-run, list approval --dry-run, list deny --dry-run",
    stack,
    personKey,
    rows,
    approvals,
    decisions,
    {
      accessList: "GetItem",
    },
  ),
  act("list allow, list approval, list remove", stack, auditNeeds, offer("list.set", "list.edit")),
  // The commands report how many requests of denied people still wait.
  act("list add, list deny", stack, auditNeeds, offer("list.set"), { "approvals indexes": "Query" }),
  act("list import", stack, auditNeeds, offer("list.import"), { "approvals indexes": "Query" }),
  // An Undo of a denied domain reopens its requests, and one that denies reports how many requests still wait.
  act("list revert", stack, auditNeeds, offer("list.revert"), { approvals: "BatchGetItem PutItem", "approvals indexes": "Query" }),
];
