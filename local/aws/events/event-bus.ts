import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import * as v from "valibot";
import { parseJsonObject } from "../../../engine/json";
import { REGION } from "../access-key";
import type { LocalServer } from "../server";
import { RefusedError, type SignedAccess, serveStandIn } from "../signed-server";
import { ACCOUNT, type Template } from "../template";

/** EventBridge's limits for one call: entries, and bytes in total. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1_024;
/** If an entry has a time, the time counts as this many bytes in EventBridge's size limit. */
const TIME_BYTES = 14;
const DEFAULT_BUS = "default";

export interface DeliveredEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** `Time` is in epoch seconds; `Detail` is a JSON object. */
const entrySchema = v.object({
  EventBusName: v.optional(v.string()),
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  Time: v.optional(v.number()),
  Resources: v.optional(v.array(v.string())),
});
const inputSchema = v.object({ Entries: v.array(entrySchema) });
type Entry = v.InferOutput<typeof entrySchema>;

type Result = { readonly bus: string; readonly event: DeliveredEvent } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** Appends each event of any bus to `file`, one JSON line each. @param onEvent receives each event with the ARN of its bus */
export function serveEventBus(
  template: Template,
  file: string,
  access: SignedAccess,
  onEvent: (bus: string, event: DeliveredEvent) => void,
): Promise<LocalServer> {
  const buses = busArns(template);
  appendFileSync(file, "", { mode: 0o600 });

  function putEvents(input: object): object {
    const results = readEntries(input).map((entry) => toEntryResult(entry, buses));
    const deliveries = results.flatMap((result) => ("event" in result ? [result] : []));
    appendFileSync(file, deliveries.map(({ event }) => `${JSON.stringify(event)}\n`).join(""));
    for (const { bus, event } of deliveries) onEvent(bus, event);
    return {
      FailedEntryCount: results.length - deliveries.length,
      Entries: results.map((result) => ("event" in result ? { EventId: result.event.id } : result)),
    };
  }

  // Functions put events on a bus only if it has an EventBridge rule. The rule "events-file" stands for the reader of the events file.
  const listRules = () => ({ Rules: [{ Name: "events-file", State: "ENABLED" }] });
  return serveStandIn({ name: "events", target: "AWSEvents", contentType: "application/x-amz-json-1.1" }, access, {
    PutEvents: putEvents,
    ListRules: listRules,
  });
}

export function defaultBusArn(): string {
  return `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${DEFAULT_BUS}`;
}

/** Returns an event of a service of AWS's. @param source such as `aws.ses` */
export function buildServiceEvent(source: string, type: string, detail: object): DeliveredEvent {
  const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return { version: "0", id: randomUUID(), "detail-type": type, source, account: ACCOUNT, time, region: REGION, resources: [], detail };
}

/** Returns the ARN of each bus, by the bus's name and by the ARN itself. */
export function busArns(template: Template): ReadonlyMap<string, string> {
  const standard = defaultBusArn();
  const templateBuses = template
    .ofType("AWS::Events::EventBus")
    .map(({ id }) => [template.ref(id), template.attribute(id, "Arn")] as const);
  return new Map(
    [[DEFAULT_BUS, standard] as const, ...templateBuses].flatMap(([name, arn]) => [[name, arn] as const, [arn, arn] as const]),
  );
}

function readEntries(input: object): readonly Entry[] {
  const read = v.safeParse(inputSchema, input);
  if (!read.success) throw new RefusedError("SerializationException", "The entries cannot be read.");
  const entries = read.output.Entries;
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new RefusedError("ValidationException", `Entries must have 1 to ${MAX_ENTRIES} members; there are ${entries.length}.`);
  }
  if (entries.reduce((sum, entry) => sum + computeEntrySize(entry), 0) >= MAX_BYTES) {
    throw new RefusedError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return entries;
}

function computeEntrySize({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES);
}

function toEntryResult(entry: Entry, buses: ReadonlyMap<string, string>): Result {
  const { EventBusName = DEFAULT_BUS, Source, DetailType, Detail, Time = Date.now() / 1_000, Resources = [] } = entry;
  const bus = buses.get(EventBusName);
  // AWS refuses the call too: a function has permission for the stack's bus only. With permission for all buses, EventBridge would silently
  // drop an event for a missing bus.
  if (bus === undefined) throw new RefusedError("AccessDeniedException", `There is no event bus ${EventBusName} that may be written to.`);
  if (!Source) return missing("Source");
  if (!DetailType) return missing("DetailType");
  if (!Detail) return missing("Detail");
  const detail = parseJsonObject(Detail);
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  if (Source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const event: DeliveredEvent = {
    version: "0",
    id: randomUUID(),
    "detail-type": DetailType,
    source: Source,
    account: ACCOUNT,
    time: new Date(Time * 1_000).toISOString().replace(/\.\d+Z$/, "Z"),
    region: REGION,
    resources: Resources,
    detail,
  };
  return { bus, event };
}

function missing(name: string): Result {
  return { ErrorCode: "InvalidArgument", ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.` };
}
