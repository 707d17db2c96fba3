import { act, audited, onTables, stack } from "../../../cli/permissions";

export const permissions = [
  // Its codes let people in, so not every reader may have it.
  act("table export", stack, { profiles: "Scan", referenceData: "Query Scan" }),
  // The audit trail records in advance whose rows these are.
  act("table import", stack, audited, onTables(["profiles", "referenceData"], "BatchGetItem PutItem Scan UpdateItem"), {
    referenceData: "Query",
  }),
];
