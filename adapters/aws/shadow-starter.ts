import { AwsError, awsConnection, type ClientOptions } from "./client";
import type { FunctionStarter } from "./functions";

/** Starts the function of a step's shadowed rules. */
export interface ShadowStarter extends FunctionStarter {
  /** Opens the connection ahead of the first call. Never fails. */
  warm(): void;
}

const lambda = { name: "lambda", endpointVariable: "AWS_ENDPOINT_URL_LAMBDA" } as const;

/** By the small client: the answer waits until Lambda has taken the event. Tries once. Throws AwsError where it is refused. */
export function shadowStarter(name: string, options: ClientOptions = {}): ShadowStarter {
  const connection = awsConnection(lambda, options);
  return {
    warm: connection.warm,
    async start(event, signal) {
      const headers = { "content-type": "application/json", "x-amz-invocation-type": "Event" };
      const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
      const { status } = await connection.post(path, headers, JSON.stringify(event), signal);
      if (status !== 202) throw new AwsError(`Http${status}`, "", status, {});
    },
  };
}
