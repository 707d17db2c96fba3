import { InvokeCommand, LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { sdkLimits } from "./sdk";

/** Sends events to one function without waiting for its result. */
export interface FunctionStarter {
  /** Resolves when Lambda has accepted the event. */
  start(event: object, signal?: AbortSignal): Promise<void>;
}

export function awsFunctions(): { functions(name: string): FunctionStarter } {
  const client = new LambdaClient(sdkLimits);
  return { functions: (name) => functionStarter(client, name) };
}

export function functionStarter(client: LambdaClient, FunctionName: string): FunctionStarter {
  return {
    async start(event, abortSignal) {
      const call = new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: Buffer.from(JSON.stringify(event)) });
      await client.send(call, { abortSignal });
    },
  };
}

/** A function's answer. Undefined if the function failed. */
export type FunctionAnswer = { readonly value: unknown } | undefined;

/** Calls functions and waits for their answers. Does not retry. @param ms the time limit of one call, longer than any function takes */
export function awsCalls(ms: number): { call(name: string, event: object): Promise<FunctionAnswer> } {
  const client = new LambdaClient({ maxAttempts: 1, requestHandler: { ...sdkLimits.requestHandler, requestTimeout: ms } });
  return {
    async call(FunctionName, event) {
      const { FunctionError, Payload } = await client.send(
        new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
      );
      return FunctionError === undefined ? { value: JSON.parse(Payload?.transformToString() ?? "null") } : undefined;
    },
  };
}

/** The link between a stream and a function that reads it. */
export interface EventSource {
  readonly function: string;
  /** The state as Lambda names it: `Enabled`. */
  readonly state: string;
}

export interface DescribedStream {
  readonly LatestStreamArn?: string;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType?: string };
}

export type StreamFault = "stream-off" | "other-stream" | "reader-gone" | "reader-off";

/** Only one page is asked for, because a stream has few readers. */
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

/**
 * Returns why no function sees the table's changes; undefined if a function does. @param stream the ARN of the stream that the function
 * should read
 */
export function findStreamFault(
  stream: string,
  { LatestStreamArn, StreamSpecification }: DescribedStream,
  sources: readonly EventSource[],
): StreamFault | undefined {
  // DynamoDB still shows a stream's ARN for a day after the stream was switched off.
  if (!StreamSpecification?.StreamEnabled || StreamSpecification.StreamViewType !== "NEW_AND_OLD_IMAGES") return "stream-off";
  if (LatestStreamArn !== stream) return "other-stream";
  if (sources.length === 0) return "reader-gone";
  return sources.every(({ state }) => /^(Disabl|Delet)/.test(state)) ? "reader-off" : undefined;
}
