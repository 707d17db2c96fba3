import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { changeSetStore } from "../adapters/list-changes/store";
import { type ErasureCall, runErasure } from "../adapters/person/run-erasure";
import { accessListStore } from "../adapters/tables/access-list";
import { approvalStore } from "../adapters/tables/approvals";
import { auditStore } from "../adapters/tables/audit";
import { eraseDetails } from "../adapters/tables/audit-erasure";
import { decisionStore } from "../adapters/tables/decisions";
import { editedRows } from "../adapters/tables/edited-rows";
import { tables } from "../adapters/tables/tables";
import { logger, traceOf } from "./report";

const client = awsClient(dynamodb);
const hashes = personHash(awsClient(secretsManager), required(environment.personKeySecret));
const trailTable = required(environment.auditTable);
const ledger = editedRows(client, required(environment.ledgerTable), tables.ledger.key);

/** Erases a person whom an administrator named in the console. What comes of it stands in the job's row. */
export const handler = (call: ErasureCall): Promise<void> =>
  runErasure(call, {
    stores: {
      decisions: decisionStore(client, required(environment.decisionsTable)),
      list: accessListStore(client, required(environment.accessListTable)),
      profiles: editedRows(client, required(environment.profilesTable), tables.profiles.key),
      approvals: approvalStore(client, required(environment.approvalsTable)),
      ledger,
      changeSets: changeSetStore(client, required(environment.listChangesTable)),
      trail: { ...auditStore(client, trailTable, hashes), eraseDetails: (row, now) => eraseDetails(client, trailTable, row, now) },
    },
    ledger,
    hashes,
    report: (error) => logger.error("person not erased", { failure: traceOf(error) }),
  });
