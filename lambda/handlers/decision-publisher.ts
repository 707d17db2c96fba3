import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import * as v from "valibot";
import { awsClient, eventBridge } from "../services/aws";
import { environment, required } from "../services/environment";
import { type BusEvent, type Delivery, eventBus } from "../services/event-bus";
import { EVENT_SOURCE, SIGN_UP_DECIDED, signUpDecided } from "../sign-up/event";
import type { DecisionRecord } from "../sign-up/record";
import { readReference } from "../sign-up/reference";
import { toRecord } from "../stores/decisions";
import type { Item } from "../stores/rows";
import { count, logger } from "./report";

const bus = eventBus(awsClient(eventBridge), required(environment.eventBus));

/** Years of a decision. EventBridge refuses the times of distant ones, and the whole call with them. */
const YEARS = { from: 2020, to: 2200 };

/** What an event is made from. A row made or changed by hand may lack it. */
const publishable = v.object({
  id: v.string(),
  revision: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  at: v.pipe(v.string(), v.check(isInstant)),
  reference: v.string(),
  step: v.string(),
  source: v.string(),
  verdict: v.picklist(["continue", "block", "invalid"]),
  rule: v.optional(v.string()),
  reasons: v.array(v.string()),
  email: v.optional(v.string()),
  issuers: v.optional(v.array(v.string())),
  changed: v.array(v.string()),
  attributes: v.optional(v.record(v.string(), v.unknown())),
  policyVersion: v.string(),
});

/**
 * Turns new and revised decisions into events, in order. From the first that the bus does not take now, the stream
 * delivers again. What can never be an event is skipped, reported and counted: it must not hold up all that follow.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const events = Records.map(eventOf);
  const deliveries = await bus.put(events.filter((event) => event !== undefined));
  let sent = 0;
  for (const [index, record] of Records.entries()) {
    const delivery: Delivery | undefined = events[index] === undefined ? { state: "refused", why: "Unreadable" } : deliveries[sent++];
    if (delivery?.state === "refused") reportSkipped(record, delivery.why);
    if (delivery?.state !== "waiting") continue;
    logger.warn("events not taken", { taken: index, of: Records.length, why: delivery.why });
    return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };
  }
  return { batchItemFailures: [] };
}

/** Undefined for a row that is no decision. */
function eventOf({ dynamodb }: DynamoDBRecord): BusEvent | undefined {
  try {
    const record = toRecord(dynamodb?.NewImage as Item);
    if (!v.is(publishable, record)) return undefined;
    return { source: EVENT_SOURCE, type: SIGN_UP_DECIDED, time: new Date(record.at), detail: signUpDecided(record as DecisionRecord) };
  } catch {
    return undefined;
  }
}

/** "2026-06-15T12:00:00.000Z", and a day that there is. */
function isInstant(text: string): boolean {
  const at = new Date(text);
  if (text.length !== 24 || Number.isNaN(at.getTime()) || at.toISOString() !== text) return false;
  return at.getUTCFullYear() >= YEARS.from && at.getUTCFullYear() <= YEARS.to;
}

function reportSkipped({ dynamodb }: DynamoDBRecord, why: string): void {
  const reference = readReference(dynamodb?.NewImage?.reference?.S ?? "");
  logger.error("event skipped", { why, reference, sequenceNumber: dynamodb?.SequenceNumber });
  count("EventsSkipped");
}
