import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { countStore, type StreamedDecision } from "../adapters/tables/counts";
import { toRecord } from "../adapters/tables/decisions";
import type { Item } from "../adapters/tables/item";
import { RESTORED_ATTRIBUTE } from "../adapters/tables/tables";
import { grouped } from "../engine/grouped";
import { countedAt, isCounted } from "../engine/sign-up/counts";

const SECONDS_PER_DAY = 86_400;

const store = countStore(awsClient(dynamodb), required(environment.ledgerTable));
const days = Number(required(environment.decisionDays));
let hasBegun = false;

/**
 * Counts new decisions. Whatever fails, the whole batch comes again: what a place has counted it does not count again. Replies
 * to a repeated call change a row, and do not count.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  if (!hasBegun) await store.begin(new Date());
  hasBegun = true;
  const places = grouped(Records.flatMap(counted), ({ record }) => JSON.stringify(countedAt(record)));
  for (const decisions of places.values()) {
    const [first] = decisions;
    if (first === undefined) continue;
    const expires = Math.floor(Date.parse(first.record.at) / 1_000) + days * SECONDS_PER_DAY;
    await store.add(countedAt(first.record), decisions, expires);
  }
  return { batchItemFailures: [] };
}

/** The decision of a new row. What comes from a backup was counted when it was made. */
function counted({ dynamodb }: DynamoDBRecord): readonly StreamedDecision[] {
  const image = dynamodb?.NewImage as Item | undefined;
  if (image === undefined || RESTORED_ATTRIBUTE in image) return [];
  const record = toRecord(image);
  return isCounted(record) ? [{ sequenceNumber: dynamodb?.SequenceNumber ?? "", record }] : [];
}
