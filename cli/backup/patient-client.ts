import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError, backoff } from "../../adapters/aws/client";
import { connectionCode } from "../failure";

/** How often in a row one call may find DynamoDB, or the network, too busy: some twenty seconds. */
const MAX_TRIES = 15;
const busy = new Set(["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "InternalServerError"]);

/** A client for work of hours: what passes by itself does not end it. */
export function patient(client: AwsClient): AwsClient {
  return {
    warm: client.warm,
    async call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      for (let count = 1; ; count++) {
        try {
          return await client.call<T>(operation, input, signal);
        } catch (error) {
          if (count >= MAX_TRIES || signal?.aborted || !passes(error)) throw error;
        }
        await sleep(backoff(count), undefined, { signal });
      }
    },
  };
}

function passes(error: unknown): boolean {
  if (error instanceof AwsError) return busy.has(error.name) || error.status >= 500;
  if (!(error instanceof Error)) return false;
  return error.name === "TimeoutError" || connectionCode(error) === "ECONNRESET";
}
