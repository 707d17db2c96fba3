import { look, personKey, stack } from "../../../cli/permissions";

export const permissions = [
  look("audit list, audit show, audit verify", stack, personKey, {
    audit: "GetItem Query",
    "audit indexes": "Query",
    // The mark of the entry that was archived last.
    ledger: "GetItem",
    // Every version: overwritten ones are checked too. The lock shows which may be missing.
    "the audit trail's archive": "s3: GetBucketObjectLockConfiguration GetObject GetObjectVersion ListBucketVersions",
  }),
];
