import type { DynamoDBRecord } from "aws-lambda";
import { environment, required } from "../adapters/aws/environment";
import { type BusEvent, eventBus } from "../adapters/aws/event-bus";
import type { World } from "../adapters/world";
import { RESTORED_ATTRIBUTE } from "../engine/columns";
import { type GatehouseEvent, OCSF_SOURCE, ocsfOf } from "../engine/ocsf/ocsf";
import { EVENT_SOURCE } from "../engine/sign-up/event";
import type { StreamBatch } from "./stream-reader";

type Change = NonNullable<DynamoDBRecord["dynamodb"]>;

/** The event of a row that was added or changed; undefined if others need not hear of it. Throws if it can never be one. */
type EventOf = (change: Change) => GatehouseEvent | undefined;

/** Turns changes of a table into events, in order. */
export function changePublisher({ settings, bus: client }: Pick<World, "settings" | "bus">, eventOf: EventOf) {
  const bus = eventBus(client, required(environment.eventBus, settings));

  function eventsOf({ dynamodb }: DynamoDBRecord): readonly BusEvent[] | undefined {
    if (dynamodb === undefined) throw new TypeError("A change without a row.");
    const happening = isPutBack(dynamodb) ? undefined : eventOf(dynamodb);
    return happening && busEvents(happening, settings);
  }

  return async (delivery: StreamBatch): Promise<void> => {
    const changes = delivery.read(eventsOf);
    const outcomes = [...(await bus.put(changes.flatMap(({ value }) => value)))];
    for (const { record, value } of changes) {
      for (const outcome of outcomes.splice(0, value.length)) {
        if (outcome.state === "refused") delivery.skip(record, outcome.why);
        if (outcome.state === "waiting") delivery.wait(record, outcome.why);
      }
    }
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
function isPutBack({ NewImage, OldImage }: Change): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
