import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { sdkLimits } from "./sdk";

/** A function that follows a stream. */
export interface EventSource {
  /** The function's name. */
  readonly function: string;
  /** The state as Lambda names it: `Enabled`. */
  readonly state: string;
}

/** The part of a table's description about its stream. */
export interface DescribedStream {
  readonly LatestStreamArn?: string;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType?: string };
}

/** The reason why a function does not see a table's changes. */
export type StreamFault = "stream-off" | "other-stream" | "reader-gone" | "reader-off";

/** Lists the functions that follow a stream: a stream has only a few. */
export function awsEventSources(): { eventSources(stream: string): Promise<readonly EventSource[]> } {
  const client = new LambdaClient(sdkLimits);
  return {
    async eventSources(EventSourceArn) {
      const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({ EventSourceArn }));
      return EventSourceMappings.map(({ FunctionArn = "", State = "" }) => ({ function: functionName(FunctionArn), state: State }));
    },
  };
}

/** Returns the name in `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, which may end with a version or alias. */
export function functionName(arn: string): string {
  return arn.split(":")[6] ?? "";
}

/** Returns the table in `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL`. */
export function streamTable(arn: string): string {
  return arn.split("/")[1] ?? "";
}

/** @param sources the event sources of the function that should follow the stream */
export function findStreamFault(
  stream: string,
  { LatestStreamArn, StreamSpecification }: DescribedStream,
  sources: readonly EventSource[],
): StreamFault | undefined {
  // DynamoDB still lists a stream for a day after it was switched off.
  if (!StreamSpecification?.StreamEnabled || StreamSpecification.StreamViewType !== "NEW_AND_OLD_IMAGES") return "stream-off";
  if (LatestStreamArn !== stream) return "other-stream";
  if (sources.length === 0) return "reader-gone";
  return sources.every(({ state }) => /^(Disabl|Delet)/.test(state)) ? "reader-off" : undefined;
}
