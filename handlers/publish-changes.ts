import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { type BusEvent, type Delivery, eventBus } from "../adapters/aws/event-bus";
import type { World } from "../adapters/world";
import { RESTORED_ATTRIBUTE } from "../engine/columns";
import { type GatehouseEvent, OCSF_SOURCE, ocsfOf } from "../engine/ocsf/ocsf";
import { readReference } from "../engine/sign-up/call";
import { EVENT_SOURCE } from "../engine/sign-up/event";

/** The event of a row that was added or changed; undefined if others need not hear of it. Throws if it can never be one. */
type EventOf = (change: NonNullable<DynamoDBRecord["dynamodb"]>) => GatehouseEvent | undefined;

/**
 * Turns changes of a table into events, in order. From the first that the bus does not take now, the stream delivers
 * again. What can never be an event is skipped, reported and counted: it must not hold up all that follow.
 */
export function changePublisher({ settings, bus: client, log }: Pick<World, "settings" | "bus" | "log">, eventOf: EventOf) {
  const bus = eventBus(client, required(environment.eventBus, settings));

  function read({ dynamodb }: DynamoDBRecord): readonly BusEvent[] | "unreadable" {
    try {
      if (dynamodb === undefined) return "unreadable";
      const happening = isPutBack(dynamodb) ? undefined : eventOf(dynamodb);
      return happening === undefined ? [] : busEvents(happening, settings);
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
    const deliveries = [...(await bus.put(events.flatMap((event) => (event === "unreadable" ? [] : event))))];
    for (const [index, record] of Records.entries()) {
      const event = events[index] ?? [];
      const outcomes: readonly Delivery[] =
        event === "unreadable" ? [{ state: "refused", why: "Unreadable" }] : deliveries.splice(0, event.length);
      const waiting = outcomes.find(({ state }) => state === "waiting");
      if (waiting !== undefined && "why" in waiting) {
        log.warn("events not taken", { taken: index, of: Records.length, why: waiting.why });
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };
      }
      for (const outcome of outcomes) if (outcome.state === "refused") reportSkipped(record, outcome.why);
    }
    return { batchItemFailures: [] };
  };
}

/** An event as everybody reads it and, where the stack says so, as security tools do. */
export function busEvents(event: GatehouseEvent, settings: World["settings"]): readonly BusEvent[] {
  const { type, detail } = event;
  const time = new Date(detail.time);
  const own = { source: EVENT_SOURCE, type, time, detail };
  return settings[environment.eventFormat] === "ocsf" ? [own, { source: OCSF_SOURCE, time, ...ocsfOf(event) }] : [own];
}

/** A row that comes from a backup: its events went out when it happened. */
function isPutBack({ NewImage, OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
