import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
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
      await client.send(call, { ...(abortSignal && { abortSignal }) });
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
