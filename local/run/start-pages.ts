import type { AwsClient } from "../../adapters/aws/client";
import type { Instance } from "../data/instance";
import type { Stories } from "./stories";

export type Called = Pick<Instance, "apiUrl" | "username" | "password" | "steps" | "gates" | "extension" | "consoleUrl" | "data">;

/** The members of an instance that lead to its tables. They are sent to threads. */
export type LivePlace = Pick<Instance, "dynamodbEndpoint" | "secretsEndpoint" | "aws" | "tables" | "personKeySecret">;

export interface StartWorld {
  readonly consoleUrl: string;
  readonly timeZone: string;
  readonly dynamodb: AwsClient;
  readonly stories: Stories;
  readonly place: LivePlace;
  readonly tenantId: string;
  /** Returns a gate's policy folder, absolute; undefined if the gate is not served. */
  folderOf(gate: string | undefined): string | undefined;
  /** Returns the reason why the saved policy is not in use; undefined if it is. */
  trouble(): string | undefined;
  /** The policy to compare with the served policy, in the form of `--compare`; empty for none. */
  readonly other: string;
  /** Restarts `npm start`. Undefined if no restart is possible. */
  readonly restart: (() => void) | undefined;
}
