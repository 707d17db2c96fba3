import { setTimeout as sleep } from "node:timers/promises";
import { type AwsClient, AwsError } from "../../adapters/aws/client";

/** Milliseconds before each retry, about ten minutes together. */
const WAITS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 60_000, 60_000, 120_000, 120_000, 120_000];

interface Patience {
  readonly signal: AbortSignal;
  /** Called once when the connection is lost, and once when it is back. */
  tell(line: string): void;
  /** Milliseconds before each retry. @default about ten minutes in total */
  readonly waitsMs?: readonly number[];
}

/** Waits while AWS cannot be reached, so that a closed laptop or a lost network ends no long task. Only for calls safe to repeat. */
export function patientClient(client: AwsClient, { signal, tell, waitsMs = WAITS_MS }: Patience): AwsClient {
  let isLost = false;
  return {
    warm: client.warm,
    async call<T>(operation: string, input: object, givenSignal?: AbortSignal): Promise<T> {
      for (let count = 0; ; count++) {
        try {
          const answer = await client.call<T>(operation, input, givenSignal);
          if (isLost) tell("AWS answers again: the task continues.");
          isLost = false;
          return answer;
        } catch (error) {
          const wait = waitsMs[count];
          if (wait === undefined || signal.aborted || givenSignal?.aborted || !isUnreachable(error)) throw error;
          if (!isLost) tell("AWS can't be reached. Trying again for ten minutes; Ctrl-C stops.");
          isLost = true;
          await sleep(wait, undefined, { signal });
        }
      }
    },
  };
}

/** True if no response arrived, or if the server failed (5xx). In either case, the request may succeed when it is repeated. */
function isUnreachable(error: unknown): boolean {
  return !(error instanceof AwsError) || error.status >= 500;
}
