import {
  EventBridgeClient,
  ListRulesCommand,
  type ListRulesRequest,
  type ListRulesResponse,
  PutEventsCommand,
  type PutEventsRequest,
  type PutEventsResponse,
} from "@aws-sdk/client-eventbridge";
import { sdkLimits } from "./sdk";

/** Limits of one PutEvents call. The bytes are below the service's 256 KB, because the service counts a little differently. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 240_000;

/** Error codes of entries that the bus never accepts. All other errors may be temporary. */
const refusals = new Set(["InvalidArgument", "MalformedDetail"]);

/**
 * Codes with which EventBridge refuses a whole call because of one event's content. A missing permission or bus has another code: an
 * operator may restore it, so the events wait.
 */
const callRefusals = new Set(["SerializationException", "ValidationError", "ValidationException"]);

export interface BusEvent {
  readonly source: string;
  /** The detail-type, with its version. */
  readonly type: string;
  readonly time: Date;
  readonly detail: object;
}

/** `unsent`: nobody listens, so not sent. `refused`: the bus will never accept it. `waiting`: to be sent again. `why`: an error code. */
export type Delivery = { readonly state: "taken" | "unsent" } | { readonly state: "refused" | "waiting"; readonly why: string };

export interface EventBus {
  /**
   * Returns the events' outcomes in order. If EventBridge refuses a call because of one event's content, sends the events one by one. If a
   * call fails for another reason, its events and all later ones are `waiting`. Never rejects.
   */
  put(events: readonly BusEvent[]): Promise<readonly Delivery[]>;
}

/** @param isHeard returns true if anybody listens. @default asks the bus, which requires `events:ListRules` */
export function eventBus(client: BusClient, busName: string, isHeard = busListeners(client, busName)): EventBus {
  async function send(events: readonly BusEvent[]): Promise<readonly Delivery[]> {
    const { Entries = [] } = await client.putEvents({
      Entries: events.map(({ source, type, time, detail }) => ({
        EventBusName: busName,
        Source: source,
        DetailType: type,
        Time: time,
        Detail: JSON.stringify(detail),
      })),
    });
    return events.map((_, index) => {
      const entry = Entries[index];
      if (entry === undefined) return { state: "waiting", why: "NoAnswer" };
      if (entry.ErrorCode === undefined) return { state: "taken" };
      return { state: refusals.has(entry.ErrorCode) ? "refused" : "waiting", why: entry.ErrorCode };
    });
  }

  return {
    async put(events) {
      if (events.length > 0 && !(await isHeard())) return events.map(() => ({ state: "unsent" }));
      const deliveries: Delivery[] = [];
      const queue = [...batches(events)];
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        try {
          deliveries.push(...(batch.bytes > MAX_BYTES ? [{ state: "refused", why: "TooLarge" } as const] : await send(batch.events)));
        } catch (error) {
          const why = error instanceof Error ? error.name : typeof error;
          const isRefused = error instanceof Error && callRefusals.has(error.name);
          if (!isRefused) return events.map((_, index) => deliveries[index] ?? { state: "waiting", why });
          if (batch.events.length > 1) queue.unshift(...batch.events.map((each) => ({ events: [each], bytes: countBytes(each) })));
          else deliveries.push({ state: "refused", why });
        }
      }
      return deliveries;
    },
  };
}

/** An event too large for any call has its own batch. */
function batches(events: readonly BusEvent[]): readonly Batch[] {
  const all: { events: BusEvent[]; bytes: number }[] = [];
  for (const event of events) {
    const last = all.at(-1);
    const bytes = countBytes(event);
    if (last === undefined || last.events.length >= MAX_ENTRIES || last.bytes + bytes > MAX_BYTES) all.push({ events: [event], bytes });
    else {
      last.events.push(event);
      last.bytes += bytes;
    }
  }
  return all;
}

interface Batch {
  readonly events: readonly BusEvent[];
  readonly bytes: number;
}

/** Includes what separates an event from the next one. */
function countBytes(event: BusEvent): number {
  return Buffer.byteLength(JSON.stringify(event)) + 1;
}

export interface BusClient {
  listRules(input: ListRulesRequest): Promise<ListRulesResponse>;
  putEvents(input: PutEventsRequest): Promise<PutEventsResponse>;
}

export function awsBus(): { readonly bus: BusClient } {
  const client = new EventBridgeClient(sdkLimits);
  return {
    bus: { listRules: (input) => client.send(new ListRulesCommand(input)), putEvents: (input) => client.send(new PutEventsCommand(input)) },
  };
}

/** Time for which the answer of `busListeners` is cached: an EventBridge rule that is added may miss events for this time. */
const REMEMBERED_MS = 60_000;

/**
 * Returns a function that tells whether a bus has an enabled EventBridge rule. If the rules cannot be listed, the function returns true.
 * Listing rules is free, but an event costs money even if no rule takes it.
 */
export function busListeners(client: BusClient, busName: string, now: () => number = Date.now): () => Promise<boolean> {
  let lastAnswer: { readonly heard: boolean; readonly until: number } | undefined;
  return async () => {
    if (lastAnswer === undefined || now() >= lastAnswer.until) {
      const heard = await hasEnabledRule(client, busName).catch(() => true);
      lastAnswer = { heard, until: now() + REMEMBERED_MS };
    }
    return lastAnswer.heard;
  };
}

async function hasEnabledRule(client: BusClient, EventBusName: string): Promise<boolean> {
  let from: string | undefined;
  do {
    const { Rules, NextToken } = await client.listRules({ EventBusName, NextToken: from });
    if (Rules === undefined || Rules.some(({ State }) => State !== "DISABLED")) return true;
    from = NextToken;
  } while (from !== undefined);
  return false;
}
