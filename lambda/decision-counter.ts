import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { countStore } from "../adapters/tables/counts";
import { toRecord } from "../adapters/tables/decisions";
import type { Item } from "../adapters/tables/item";
import { RESTORED_ATTRIBUTE } from "../adapters/tables/tables";
import { grouped } from "../engine/grouped";
import { countedAt, decisionCounts, isCounted } from "../engine/sign-up/counts";
import type { DecisionRecord } from "../engine/sign-up/record";

const SECONDS_PER_DAY = 86_400;

const store = countStore(awsClient(dynamodb), required(environment.ledgerTable));
const days = Number(required(environment.decisionDays));
let hasBegun = false;

/**
 * Counts new decisions. Whatever fails, the whole batch comes again: a place that has counted it is left as it is. So a batch
 * is never cut, and answers to a repeated call, which change a row, count once.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const [first] = Records;
  if (first === undefined) return { batchItemFailures: [] };
  if (!hasBegun) await store.begin(new Date());
  hasBegun = true;
  const batch = first.dynamodb?.SequenceNumber ?? "";
  const places = grouped(Records.flatMap(counted), (record) => JSON.stringify(countedAt(record)));
  for (const records of places.values()) {
    const [one] = records;
    if (one === undefined) continue;
    const place = countedAt(one);
    const expires = Math.floor(Date.parse(one.at) / 1_000) + days * SECONDS_PER_DAY;
    await store.add(place, decisionCounts(records, await store.get(place)), batch, expires);
  }
  return { batchItemFailures: [] };
}

/** The decision of a new row. What comes from a backup was counted when it was made. */
function counted({ dynamodb }: DynamoDBRecord): readonly DecisionRecord[] {
  const image = dynamodb?.NewImage as Item | undefined;
  if (image === undefined || RESTORED_ATTRIBUTE in image) return [];
  const record = toRecord(image);
  return isCounted(record) ? [record] : [];
}
