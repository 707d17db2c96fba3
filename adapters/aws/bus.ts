import type { ListRulesRequest, ListRulesResponse, PutEventsRequest, PutEventsResponse } from "@aws-sdk/client-eventbridge";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { sdkLimits } from "./sdk";

/** EventBridge, as far as functions use it. */
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

/** Time for which the answer is kept: a new rule may miss the events of that time. */
const REMEMBERED_MS = 60_000;

/**
 * Tells whether an enabled rule listens on a bus; an archive has one, too. Each event is paid for, and to ask for rules is free.
 * Where that is not known, somebody may listen.
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
