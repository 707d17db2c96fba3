import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { auditedKey, subjectOf } from "../adapters/audit/audited-tables";
import type { changeAuditor } from "../adapters/audit/change-auditor";
import { type Item, toRow } from "../adapters/tables/item";
import { withoutIndexes } from "../adapters/tables/list-indexes";
import { canonicalJson } from "../engine/audit/chain";
import { auditedTables, type TableChange } from "../engine/audit/table-change";
import { logger, traceOf } from "./report";

/** A delivery of a stream, told to the trail as a whole: what it cannot take now is delivered again, and told once all the same. */
export function auditBatches(audit: ReturnType<typeof changeAuditor>): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  return async ({ Records }) => {
    try {
      await audit(
        Records.flatMap((record) => changeOf(record) ?? []),
        new Date(),
      );
      return { batchItemFailures: [] };
    } catch (error) {
      logger.error("audit failed", { records: Records.length, failure: traceOf(error) });
      return { batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber ?? "" }] };
    }
  };
}

/** Undefined for what no operator does: a row whose time was over. */
function changeOf({ eventID = "", dynamodb: change, userIdentity }: DynamoDBRecord): TableChange | undefined {
  const keys = Object.keys(change?.Keys ?? {}).sort();
  const table = auditedTables.find((each) => [...auditedKey(each)].sort().join() === keys.join());
  if (change === undefined || table === undefined || userIdentity !== undefined) return undefined;
  const [before, after] = [change.OldImage, change.NewImage].map((image) => image && toRow(withoutIndexes(image as Item)));
  // The hygiene worker gave the row what the indexes go by.
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return undefined;
  return {
    table,
    event: eventID,
    at: new Date((change.ApproximateCreationDateTime ?? 0) * 1_000),
    subject: subjectOf(table, (change.Keys ?? {}) as Item),
    ...(before && { before }),
    ...(after && { after }),
  };
}
