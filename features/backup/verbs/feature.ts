import { act, caller, onTables, rowsBack, secretsRead, stack, tablePlaces } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    place: 84,
    name: "backup",
    topic: "Ship",
    summary: "write all tables to a file or to S3, restore them, prepare a second region",
    about:
      "Writes all tables to a file or to S3, and puts them back. backup standby prints what the stack of a second region needs from the first.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  // GetObject detects at the beginning whether the object exists. Without GetObject, S3 reports that at the end.
  act("backup, backup save", stack, onTables(tablePlaces, "Scan"), secretsRead, {
    "a bucket of yours": "s3: AbortMultipartUpload GetObject PutObject",
  }),
  act("backup restore", stack, rowsBack, caller, secretsRead, {
    // To add the backup's members of sets to existing rows.
    ledger: "UpdateItem",
    // The audit log records in advance who restores which rows.
    audit: "Query",
    "all secrets of the stack": "secretsmanager: PutSecretValue",
    "a bucket of yours": "s3: GetObject",
  }),
];
