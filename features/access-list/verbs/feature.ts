import { act, approvals, auditNeeds, decisions, denials, listEdits, look, personKey, rows, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 24,
    name: "list",
    topic: "People",
    summary: "the access list: who may sign up",
    about:
      "Reads and edits the access list: addresses, domains and accounts that may sign up, or may not. An edit counts from the next sign-up on, and list revert undoes it.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("list show, list export, list lint", stack, { accessList: "BatchGetItem GetItem Scan" }),
  // Also reads partners' domains: the entries of a partner count only while their domain is the partner's.
  look("list check", stack, denials),
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
  // Look-alikes of allowed domains are in the usage table.
  act("list add, list allow, list approval, list deny, list remove, list import, list revert", stack, listEdits, auditNeeds, {
    accessList: "Scan",
    ledger: "BatchGetItem",
  }),
];
