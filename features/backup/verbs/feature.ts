import { act, caller, onTables, rowsBack, secretsRead, stack, tablePlaces } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 84,
    name: "backup",
    topic: "Ship",
    summary: "write all tables to a file or to S3, restore them, prepare a second region",
    about:
      "Writes all tables to a file or to S3, and puts them back. backup standby prints what the stack of a second region needs from the first.",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  // Without the permission GetObject, S3 reports an existing object only at the end of the upload.
  act("backup, backup save", stack, onTables(tablePlaces, "Scan"), secretsRead, {
    "a bucket of yours": "s3: AbortMultipartUpload GetObject PutObject",
  }),
  act("backup restore", stack, rowsBack, caller, secretsRead, {
    // If an existing row lacks members of the backup's sets, the restore adds these members.
    ledger: "UpdateItem",
    // The restore reads the audit log's last entry, because its own entry must follow that one.
    audit: "Query",
    "all secrets of the stack": "secretsmanager: PutSecretValue",
    "a bucket of yours": "s3: GetObject",
  }),
];
