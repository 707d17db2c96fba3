import type { AwsClient } from "../../adapters/aws/client";
import { parseJsonObject } from "../../engine/json";
import type { Inside } from "../aws/functions/function-thread";
import type { Answered } from "../aws/gateway/gateway";
import type { Instance } from "../data/instance";

export type Called = Pick<Instance, "apiUrl" | "username" | "password" | "steps" | "gates" | "extension" | "consoleUrl" | "data">;

/** The members of an instance that lead to its tables. They are sent to threads. */
export type LivePlace = Pick<Instance, "dynamodbEndpoint" | "secretsEndpoint" | "aws" | "tables" | "personKeySecret">;

export interface StartWorld {
  /** Undefined for a release, which has no console. */
  readonly consoleUrl: string | undefined;
  readonly timeZone: string;
  readonly dynamodb: AwsClient;
  readonly stories: Stories;
  readonly place: LivePlace;
  /** Returns a gate's policy folder, absolute; undefined if the gate is not served. */
  folderOf(gate: string | undefined): string | undefined;
  /** Returns the reason why the saved policy is not in use; undefined if it is. */
  trouble(): string | undefined;
  /** The policy to compare with the served policy, in the form of `--compare`; empty for none. */
  readonly other: string;
  /** Restarts `npm start`. Undefined if no restart is possible. */
  readonly restart: (() => void) | undefined;
}

/** The record of a call to the API: parts of the decision's log line, and the function's own time and calls. */
export interface Story {
  /** The time of the answer. */
  readonly at: Date;
  readonly reference: string;
  readonly ruleTimes: readonly { readonly rule: string; readonly ms: number }[];
  readonly gatewayMs: number;
  readonly inside: Inside;
}

/** The newest calls of this run, by the gateway's request id. In memory only. */
export interface Stories {
  note(answeredCall: Answered): void;
  find(requestId: string | undefined): Story | undefined;
}

/** Number of calls that are remembered. A sign-up takes three calls, and people sometimes go back a page or two. */
const REMEMBERED = 200;

export function stories(limit = REMEMBERED): Stories {
  const byId = new Map<string, Story>();
  return {
    note({ requestId, durationMs, output, inside }) {
      const line = output.map(decisionLine).find((each) => each !== undefined);
      if (line === undefined || inside === undefined) return;
      const { reference, ruleTimes = [] } = line;
      byId.set(requestId, { at: new Date(), reference, ruleTimes, gatewayMs: durationMs, inside });
      const [oldest] = byId.keys();
      if (byId.size > limit && oldest !== undefined) byId.delete(oldest);
    },
    find: (requestId) => (requestId === undefined ? undefined : byId.get(requestId)),
  };
}

interface DecisionLine {
  readonly reference: string;
  readonly ruleTimes?: Story["ruleTimes"];
}

function decisionLine(line: string): DecisionLine | undefined {
  const lineObject = parseJsonObject(line);
  return typeof lineObject?.reference === "string" && lineObject.verdict !== undefined
    ? (lineObject as unknown as DecisionLine)
    : undefined;
}
