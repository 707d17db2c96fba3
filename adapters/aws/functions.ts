import { AwsError, awsConnection, type ClientOptions } from "./client";

/** Lambda's own API, as far as it starts functions. */
export const lambda = { name: "lambda", endpointVariable: "AWS_ENDPOINT_URL_LAMBDA" } as const;

/** Where the API starts a function, by its name. */
export const invocationPath = (name: string) => `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;

/** The header that says whether a caller waits for the function, and the value by which it does not. */
export const INVOCATION_TYPE = "x-amz-invocation-type";
export const WITHOUT_WAITING = "Event";

/** Hands one function its events, without waiting for what it makes of them. */
export interface FunctionStarter {
  /** Resolves when Lambda has taken the event. Tries once. Throws AwsError where it is refused. */
  start(event: object, signal?: AbortSignal): Promise<void>;
  /** Opens the connection ahead of the first call. Never fails. */
  warm(): void;
}

export function functionStarter(name: string, options: ClientOptions = {}): FunctionStarter {
  const connection = awsConnection(lambda, options);
  return {
    warm: connection.warm,
    async start(event, signal) {
      const headers = { "content-type": "application/json", [INVOCATION_TYPE]: WITHOUT_WAITING };
      const { status } = await connection.post(invocationPath(name), headers, JSON.stringify(event), signal);
      if (status !== 202) throw new AwsError(`Http${status}`, "", status, {});
    },
  };
}
