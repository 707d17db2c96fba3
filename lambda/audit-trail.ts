import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { changeAuditor } from "../adapters/audit/change-auditor";
import { awsClient, dynamodb, secretsManager } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { changeSetStore } from "../adapters/list-changes/store";
import { auditStore } from "../adapters/tables/audit";
import { auditBatches } from "./audit-changes";

const client = awsClient(dynamodb);
const hashes = personHash(awsClient(secretsManager), required(environment.personKeySecret));

/** Brings what changes in the tables that operators edit into the audit trail. */
export const handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> = auditBatches(
  changeAuditor({
    trail: auditStore(client, required(environment.auditTable), hashes),
    changes: changeSetStore(client, required(environment.listChangesTable)),
    hashes,
  }),
);
