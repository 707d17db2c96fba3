import type { ListRulesRequest, ListRulesResponse, PutEventsRequest, PutEventsResponse } from "@aws-sdk/client-eventbridge";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { sdkLimits } from "./sdk";

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
      const heard = await anyEnabled(client, busName).catch(() => true);
      lastAnswer = { heard, until: now() + REMEMBERED_MS };
    }
    return lastAnswer.heard;
  };
}

async function anyEnabled(client: BusClient, EventBusName: string): Promise<boolean> {
  let from: string | undefined;
  do {
    const { Rules, NextToken } = await client.listRules({ EventBusName, NextToken: from });
    if (Rules === undefined || Rules.some(({ State }) => State !== "DISABLED")) return true;
    from = NextToken;
  } while (from !== undefined);
  return false;
}
