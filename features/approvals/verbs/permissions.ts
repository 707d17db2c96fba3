import { act, approvals, audited, decisions, look, stack, warnings } from "../../../cli/permissions";

export const permissions = [
  look("approvals, approvals list, approvals show", stack, decisions, approvals),
  act("approvals approve, approvals retry, approvals reopen", stack, warnings, decisions, approvals, {
    approvals: "PutItem",
    ledger: "GetItem",
  }),
  act("approvals deny, approvals reassign, approvals remind", stack, decisions, approvals, { approvals: "PutItem", ledger: "GetItem" }),
  look("approvals delegations", stack, { ledger: "GetItem" }),
  act("approvals delegate, approvals undelegate", stack, audited, { ledger: "GetItem UpdateItem" }),
];
