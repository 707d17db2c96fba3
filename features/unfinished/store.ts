import type { AwsClient } from "../../adapters/aws/client";
import type { AnyTableName } from "../../adapters/tables/tables";
import { readWorkFailures } from "../../adapters/tables/work-notes";
import { approvalStore } from "../approvals/store/approvals";
import { incidentStore } from "../incidents/store/incidents";
import { findUnfinished, type Unfinished } from "./unfinished";

/** Reads the newest incidents only. @param names deployed names of tables. Work whose rows are in a table without a name is left out */
export async function readUnfinished(
  client: AwsClient,
  { ledger, approvals, listChanges }: Readonly<Partial<Record<AnyTableName, string>>>,
  now: Date,
): Promise<readonly Unfinished[]> {
  const [requests, failures, incidents] = await Promise.all([
    approvals === undefined ? undefined : approvalStore(client, approvals).withoutAccount(),
    ledger === undefined ? new Map() : readWorkFailures(client, ledger),
    listChanges === undefined ? undefined : incidentStore(client, listChanges).page(),
  ]);
  return findUnfinished({ ...(requests && { requests }), failures, ...(incidents && { incidents: incidents.items }) }, now);
}
