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
