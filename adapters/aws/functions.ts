import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { sdkLimits } from "./sdk";

/** Hands one function its events, without waiting for what it makes of them. */
export interface FunctionStarter {
  /** Resolves when Lambda has taken the event. */
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
