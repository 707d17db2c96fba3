import { isDeepStrictEqual } from "node:util";
import type { DynamoDBRecord } from "aws-lambda";
import { RESTORED_ATTRIBUTE } from "../engine/columns";
import { type DomainEvent, EVENT_SOURCE, type EventKind, type EventKinds, OCSF_SOURCE, toOcsfEvent } from "../engine/events/event-kind";
import { parseValue } from "../engine/fields";
import { requireVariable, workerEnvironment } from "./aws/environment";
import { type BusEvent, eventBus } from "./aws/event-bus";
import { readChangeTime, type StreamBatch } from "./stream-reader";
import type { Item } from "./tables/item";
import type { RowKind, StreamedChange } from "./tables/row-kind";
import { type AnyTableName, tables } from "./tables/tables";
import type { World } from "./world";

type Change = NonNullable<DynamoDBRecord["dynamodb"]>;

/** `rowKindOf` finds a row's kind by its key: rows of different kinds have different keys. */
export interface PublishedKinds {
  rowKindOf(table: AnyTableName, key: Item): RowKind | undefined;
  readonly eventKinds: EventKinds;
}

/** Turns changes of tables into events, in order. */
export function changePublisher(
  { settings, bus: client }: Pick<World, "settings" | "bus">,
  read: readonly AnyTableName[],
  { rowKindOf, eventKinds }: PublishedKinds,
) {
  const bus = eventBus(client, requireVariable(workerEnvironment.eventBus, settings));

  function buildChangeEvents({ dynamodb }: DynamoDBRecord): readonly BusEvent[] | undefined {
    if (dynamodb === undefined) throw new TypeError("A change without a row.");
    const kind = kindOfChange(dynamodb, read, rowKindOf);
    if (kind === undefined) throw new TypeError("No feature declares this kind of row.");
    if (isPutBack(dynamodb) || (dynamodb.NewImage === undefined && !kind.tellsOfRemoval)) return undefined;
    const event = kind.event?.(readChange(dynamodb));
    // Throws if a row edited by hand lacks a member that the event requires.
    return event && busEvents({ ...event, detail: parseValue(kindOfEvent(event, eventKinds).schema, event.detail) }, settings, eventKinds);
  }

  return async (delivery: StreamBatch): Promise<void> => {
    const changes = delivery.read(buildChangeEvents);
    const outcomes = [...(await bus.put(changes.flatMap(({ value }) => value)))];
    for (const { record, value } of changes) {
      for (const outcome of outcomes.splice(0, value.length)) {
        if (outcome.state === "refused") delivery.skip(record, outcome.why);
        if (outcome.state === "waiting") delivery.wait(record, outcome.why);
      }
    }
  };
}

/** Returns an event in its general form. If the stack's format is `ocsf`, adds the form for security tools. */
export function busEvents(event: DomainEvent, settings: World["settings"], kinds: EventKinds): readonly BusEvent[] {
  const { type, detail } = event;
  const time = new Date(detail.time);
  const busEvent = { source: EVENT_SOURCE, type, time, detail };
  return settings[workerEnvironment.eventFormat] === "ocsf"
    ? [busEvent, { source: OCSF_SOURCE, time, ...toOcsfEvent(type, detail, kindOfEvent(event, kinds).ocsf(detail, event)) }]
    : [busEvent];
}

function kindOfEvent({ type }: Pick<DomainEvent, "type">, kinds: EventKinds): EventKind {
  const kind = kinds[type];
  if (kind === undefined) throw new TypeError("No feature declares this kind of event.");
  return kind;
}

/** @param read the tables to which the row may belong; no two of them have the same key attributes */
export function kindOfChange(
  { Keys = {} }: Change,
  read: readonly AnyTableName[],
  rowKindOf: PublishedKinds["rowKindOf"],
): RowKind | undefined {
  const table = read.find((each) => isDeepStrictEqual([...tables[each].key].sort(), Object.keys(Keys).sort()));
  return table && rowKindOf(table, Keys as Item);
}

function readChange(change: Change): StreamedChange {
  const { Keys = {}, OldImage, NewImage, SequenceNumber: id = "" } = change;
  return {
    key: Keys as Item,
    ...(OldImage && { before: OldImage as Item }),
    ...(NewImage && { after: NewImage as Item }),
    id,
    at: readChangeTime(change),
  };
}

/** True if a change restores a row from a backup: the row's events were sent when it first changed. */
function isPutBack({ NewImage, OldImage }: Change): boolean {
  const at = NewImage?.[RESTORED_ATTRIBUTE]?.S;
  return at !== undefined && at !== OldImage?.[RESTORED_ATTRIBUTE]?.S;
}
