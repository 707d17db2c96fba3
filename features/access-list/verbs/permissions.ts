import { act, approvals, audited, decisions, denials, listEdits, look, personKey, rows, stack } from "../../../cli/permissions";

export const permissions = [
  look("list show, list export, list lint", stack, { accessList: "BatchGetItem GetItem Scan" }),
  // A partner's domain: its entries count while it is a partner's.
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
  // Look-alikes of allowed domains are in the ledger.
  act("list add, list allow, list approval, list deny, list remove, list import, list revert", stack, listEdits, audited, {
    accessList: "Scan",
    ledger: "BatchGetItem",
  }),
];
