import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { type BusEvent, type Delivery, eventBus } from "../adapters/aws/event-bus";
import { RESTORED_ATTRIBUTE } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import { type IncidentEvent, incidentEvents } from "../engine/incidents/event";
import { OCSF_SOURCE, type OcsfSubject, ocsfOf } from "../engine/ocsf";
import { POSTURE_CHANGED, type PostureChanged } from "../engine/posture/event";
import { readReference } from "../engine/sign-up/call";
import { EVENT_SOURCE } from "../engine/sign-up/event";

/** The event of a row that was added or changed; undefined if others need not hear of it. Throws if it can never be one. */
type EventOf = (change: NonNullable<DynamoDBRecord["dynamodb"]>) => OcsfSubject | IncidentEvent | PostureEvent | undefined;

/** A change of how a gate is set. */
export interface PostureEvent {
  readonly type: typeof POSTURE_CHANGED;
  readonly detail: PostureChanged;
}

/**
 * Turns changes of a table into events, in order. From the first that the bus does not take now, the stream delivers
 * again. What can never be an event is skipped, reported and counted: it must not hold up all that follow.
 */
export function changePublisher({ settings, bus: client, log }: Pick<World, "settings" | "bus" | "log">, eventOf: EventOf) {
  const bus = eventBus(client, required(environment.eventBus, settings));
  const isOcsfToo = settings[environment.eventFormat] === "ocsf";

  function read({ dynamodb }: DynamoDBRecord): readonly BusEvent[] | "unreadable" {
    try {
      if (dynamodb === undefined) return "unreadable";
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

function busEvents(happening: OcsfSubject | IncidentEvent | PostureEvent, isOcsfToo: boolean): readonly BusEvent[] {
  const { type, detail } = happening;
  const time = new Date(detail.time);
  return [
    { source: EVENT_SOURCE, type, time, detail },
    ...(isOcsfToo && isOfPerson(happening) ? [{ source: OCSF_SOURCE, time, ...ocsfOf(happening) }] : []),
  ];
}

/** An incident is about many people, a posture about nobody: OCSF's events of sign-ups and accounts are about one. */
function isOfPerson(happening: OcsfSubject | IncidentEvent | PostureEvent): happening is OcsfSubject {
  return happening.type !== POSTURE_CHANGED && !(happening.type in incidentEvents);
}

/** A row that comes from a backup: its events went out when it happened. */
function isPutBack({ NewImage, OldImage }: NonNullable<DynamoDBRecord["dynamodb"]>): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
