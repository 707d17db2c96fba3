import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { type BusEvent, type Delivery, eventBus } from "../adapters/aws/event-bus";
import { RESTORED_ATTRIBUTE } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import { type IncidentEvent, incidentEvents } from "../engine/incidents/event";
import { OCSF_SOURCE, type OcsfSubject, ocsfOf } from "../engine/ocsf";
import { readReference } from "../engine/sign-up/call";
import { EVENT_SOURCE } from "../engine/sign-up/event";

/** The event of a row that was added or changed; undefined if others need not hear of it. Throws if it can never be one. */
type EventOf = (change: NonNullable<DynamoDBRecord["dynamodb"]>) => OcsfSubject | IncidentEvent | undefined;

/**
 * Turns changes of a table into events, in order. From the first that the bus does not take now, the stream delivers
 * again. What can never be an event is skipped, reported and counted: it must not hold up all that follow.
 */
export function changePublisher({ settings, bus: client, log }: Pick<World, "settings" | "bus" | "log">, eventOf: EventOf) {
  const bus = eventBus(client, required(environment.eventBus, settings));
  const isOcsfToo = settings[environment.eventFormat] === "ocsf";

  function read({ dynamodb }: DynamoDBRecord): readonly BusEvent[] | "unreadable" {
    try {
      if (dynamodb?.NewImage === undefined) return "unreadable";
      const happening = isPutBack(dynamodb) ? undefined : eventOf(dynamodb);
      return happening === undefined ? [] : busEvents(happening, isOcsfToo);
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

function busEvents(happening: OcsfSubject | IncidentEvent, isOcsfToo: boolean): readonly BusEvent[] {
  const { type, detail } = happening;
  const time = new Date(detail.time);
  return [
    { source: EVENT_SOURCE, type, time, detail },
    ...(isOcsfToo && !isOfIncident(happening) ? [{ source: OCSF_SOURCE, time, ...ocsfOf(happening) }] : []),
  ];
}

/** It is about many people, and OCSF's events of sign-ups and accounts are about one. */
function isOfIncident(happening: OcsfSubject | IncidentEvent): happening is IncidentEvent {
  return happening.type in incidentEvents;
}

/** A row that comes from a backup: its events went out when it happened. */
function isPutBack({ NewImage, OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
