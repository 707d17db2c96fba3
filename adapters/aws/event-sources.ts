import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { sdkLimits } from "./sdk";

/** A function that follows a stream. */
export interface EventSource {
  /** The function's name. */
  readonly function: string;
  /** As Lambda calls it: `Enabled`. */
  readonly state: string;
}

/** The part of a table's description that says which stream it has. */
export interface DescribedStream {
  readonly LatestStreamArn?: string;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType?: string };
}

/** Why a function does not see the changes of a table. */
export type StreamFault = "stream-off" | "other-stream" | "reader-gone" | "reader-off";

/** Lists the functions that follow a stream: a stream has few. */
export function awsEventSources(): { eventSources(stream: string): Promise<readonly EventSource[]> } {
  const client = new LambdaClient(sdkLimits);
  return {
    async eventSources(EventSourceArn) {
      const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({ EventSourceArn }));
      return EventSourceMappings.map(({ FunctionArn = "", State = "" }) => ({ function: functionName(FunctionArn), state: State }));
    },
  };
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with a version or alias or without. */
export function functionName(arn: string): string {
  return arn.split(":")[6] ?? "";
}

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL` */
export function streamTable(arn: string): string {
  return arn.split("/")[1] ?? "";
}

/** @param sources the event sources of the function that should follow the stream */
export function findStreamFault(
  stream: string,
  { LatestStreamArn, StreamSpecification }: DescribedStream,
  sources: readonly EventSource[],
): StreamFault | undefined {
  // DynamoDB names a stream for a day after it was switched off.
  if (!StreamSpecification?.StreamEnabled || StreamSpecification.StreamViewType !== "NEW_AND_OLD_IMAGES") return "stream-off";
  if (LatestStreamArn !== stream) return "other-stream";
  if (sources.length === 0) return "reader-gone";
  return sources.every(({ state }) => /^(Disabl|Delet)/.test(state)) ? "reader-off" : undefined;
}
