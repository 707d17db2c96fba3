import type { AwsClient } from "../../adapters/aws/client";
import type { PageKey } from "../aws/page-key";
import type { LocalServer, OnRefused } from "../aws/server";
import type { Instance } from "../data/instance";
import type { Stories } from "./stories";

/** The members of an instance that callers need. */
export type Called = Pick<Instance, "apiUrl" | "username" | "password" | "steps" | "gates" | "extension" | "consoleUrl" | "data">;

/** The members of an instance that lead to its tables. They are sent to threads. */
export type LivePlace = Pick<Instance, "dynamodbEndpoint" | "secretsEndpoint" | "aws" | "tables" | "personKeySecret">;

export interface StartWorld {
  readonly consoleUrl: string;
  /** The time zone of shown times. */
  readonly timeZone: string;
  readonly dynamodb: AwsClient;
  readonly stories: Stories;
  readonly place: LivePlace;
  /** The external tenant that calls. */
  readonly tenantId: string;
  /** A gate's policy folder, absolute; undefined if it is not served. */
  folderOf(gate: string | undefined): string | undefined;
  /** The reason why the saved policy is not in use; undefined if it is. */
  trouble(): string | undefined;
  /** The policy to compare with. */
  readonly other: string;
  /** Ends this start and begins another with the saved files. Undefined if no restart is possible. */
  readonly restart: (() => void) | undefined;
}

/** Features' parts for other features' pages. Each feature adds its own types. */
export interface StartParts {
  /** The reason why the saved policy is not in use; undefined if it is. */
  readonly trouble: () => string | undefined;
}

/** Pages beside the API. They are served from the beginning, because the console links to them. */
export interface StartPages extends LocalServer {
  /** Shows the pages. Until then, visitors see that the start takes a moment. */
  show(called: Called, parts: StartParts): void;
  /** Shows the waiting page until the next `show`. */
  wait(): void;
}

/** Serves such pages. @param port any free one if it is taken, or 0 */
export type ServePages = (port: number, pageKey: PageKey, onRefused: OnRefused) => Promise<StartPages>;
