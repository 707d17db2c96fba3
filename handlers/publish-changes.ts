import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { type BusEvent, type Delivery, eventBus } from "../adapters/aws/event-bus";
import { RESTORED_ATTRIBUTE } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import { readReference } from "../engine/sign-up/call";

/** The event of a row that was added or changed; undefined if others need not hear of it. Throws if it can never be one. */
type EventOf = (change: NonNullable<DynamoDBRecord["dynamodb"]>) => BusEvent | undefined;

/**
 * Turns changes of a table into events, in order. From the first that the bus does not take now, the stream delivers
 * again. What can never be an event is skipped, reported and counted: it must not hold up all that follow.
 */
export function changePublisher({ settings, bus: client, log }: Pick<World, "settings" | "bus" | "log">, eventOf: EventOf) {
  const bus = eventBus(client, required(environment.eventBus, settings));

  function read({ dynamodb }: DynamoDBRecord): BusEvent | undefined | "unreadable" {
    try {
      if (dynamodb?.NewImage === undefined) return "unreadable";
      return isPutBack(dynamodb) ? undefined : eventOf(dynamodb);
    } catch {
      return "unreadable";
    }
  }

  function reportSkipped({ dynamodb }: DynamoDBRecord, why: string): void {
    const reference = readReference(dynamodb?.NewImage?.reference?.S ?? "");
    log.error("event skipped", { why, reference, sequenceNumber: dynamodb?.SequenceNumber });
    log.count("EventsSkipped");
  }

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const events = Records.map(read);
    const deliveries = await bus.put(events.filter((event) => typeof event === "object"));
    let sent = 0;
    for (const [index, record] of Records.entries()) {
      const event = events[index];
      if (event === undefined) continue;
      const delivery: Delivery | undefined = event === "unreadable" ? { state: "refused", why: "Unreadable" } : deliveries[sent++];
      if (delivery?.state === "refused") reportSkipped(record, delivery.why);
      if (delivery?.state !== "waiting") continue;
      log.warn("events not taken", { taken: index, of: Records.length, why: delivery.why });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };
    }
    return { batchItemFailures: [] };
  };
}

/** A row that comes from a backup: its events went out when it happened. */
function isPutBack({ NewImage, OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
