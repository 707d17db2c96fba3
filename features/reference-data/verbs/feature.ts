import { act, auditNeeds, offer, onTables, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 48,
    name: "table",
    topic: "People",
    summary: "profiles and reference data, from and to files",
    about: "Writes profiles and reference data from a file, and to one. For the access list, see list import.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  // Reference data has codes that let people in, so not every reader may export tables.
  act("table export", stack, offer("profiles"), { referenceData: "Query Scan" }),
  // Before the rows are written, the audit trail records who writes them.
  act("table import", stack, auditNeeds, onTables(["profiles", "referenceData"], "BatchGetItem PutItem Scan UpdateItem"), {
    referenceData: "Query",
  }),
];
