import { act, audited, onTables, personKey, stack } from "../../../cli/permissions";

export const permissions = [
  act("invite codes list", stack, personKey, { ledger: "BatchGetItem", referenceData: "Query Scan" }),
  act("invite codes revoke", stack, audited, { ledger: "BatchGetItem", referenceData: "DeleteItem GetItem" }),
  // The audit trail records in advance whose rows these are.
  act("invite codes create", stack, audited, onTables(["profiles", "referenceData"], "BatchGetItem PutItem Scan UpdateItem"), {
    referenceData: "Query",
  }),
];
