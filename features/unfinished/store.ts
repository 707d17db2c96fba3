import type { AwsClient } from "../../adapters/aws/client";
import { SKIPPED_DAYS, skippedSince } from "../../adapters/tables/skipped-rows";
import type { AnyTableName } from "../../adapters/tables/tables";
import { readWorkFailures } from "../../adapters/tables/work-notes";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { approvalStore } from "../approvals/store/approvals";
import { incidentStore } from "../incidents/store/incidents";
import { findUnfinished, type Unfinished } from "./unfinished";

/**
 * Reads the newest incidents only.
 * @param names deployed names of tables. Work whose rows are in a table without a name is left out
 * @param isLocal true under `npm start`
 */
export async function readUnfinished(
  client: AwsClient,
  { ledger, approvals, listChanges }: Readonly<Partial<Record<AnyTableName, string>>>,
  now: Date,
  isLocal: boolean,
): Promise<readonly Unfinished[]> {
  const [requests, failures, incidents, skipped] = await Promise.all([
    approvals === undefined ? undefined : approvalStore(client, approvals).withoutAccount(),
    ledger === undefined ? new Map() : readWorkFailures(client, ledger, now),
    listChanges === undefined ? undefined : incidentStore(client, listChanges).page(),
    ledger === undefined ? undefined : skippedSince(client, ledger, new Date(now.getTime() - SKIPPED_DAYS * MS_PER_DAY)),
  ]);
  return findUnfinished(
    { ...(requests && { requests }), failures, ...(incidents && { incidents: incidents.items }), ...(skipped && { skipped }), isLocal },
    now,
  );
}
