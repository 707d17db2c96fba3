import { look, personKey, stack } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 60,
    name: "audit",
    topic: "Find out why",
    summary: "who changed what, what people accepted, and whether the record is complete",
    about:
      "Shows who changed what, and proves that nothing in that record is missing or altered. audit terms shows which terms people accepted.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  look("audit list, audit show, audit verify", stack, personKey, {
    audit: "GetItem Query",
    "audit indexes": "Query",
    // The ledger contains the mark of the last archived entry.
    ledger: "GetItem",
    // Reads every version of an object, because overwritten versions are checked too. The lock shows which entries may be missing.
    "the audit trail's archive": "s3: GetBucketObjectLockConfiguration GetObject GetObjectVersion ListBucketVersions",
  }),
];
