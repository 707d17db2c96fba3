import type { AwsClient } from "../../adapters/aws/client";
import type { PageKey } from "../aws/page-key";
import type { LocalServer, OnRefused } from "../aws/server";
import type { Instance } from "../data/instance";
import type { Stories } from "./stories";

/** As much of an instance as says how it is called. */
export type Called = Pick<Instance, "apiUrl" | "username" | "password" | "steps" | "gates" | "extension" | "consoleUrl" | "data">;

/** As much of an instance as leads to its tables. It goes to threads. */
export type LivePlace = Pick<Instance, "dynamodbEndpoint" | "secretsEndpoint" | "aws" | "tables" | "personKeySecret">;

/** The running parts of a start. */
export interface StartWorld {
  readonly consoleUrl: string;
  /** In which times are shown. */
  readonly timeZone: string;
  readonly dynamodb: AwsClient;
  readonly stories: Stories;
  readonly place: LivePlace;
  /** Of the external tenant that calls. */
  readonly tenantId: string;
  /** The policy folder of a gate, absolute; undefined for one that is not served. */
  folderOf(gate: string | undefined): string | undefined;
  /** Why the policy as it is saved is not served; undefined while it is. */
  trouble(): string | undefined;
  /** The policy to compare with. */
  readonly other: string;
  /** Ends this start and begins another, with what is saved then. Undefined where nobody does. */
  readonly restart: (() => void) | undefined;
}

/** Features' parts for other features' pages. Each feature adds its own types. */
export interface StartParts {
  /** Why the policy as it is saved is not served; undefined while it is. */
  readonly trouble: () => string | undefined;
}

/** Pages beside the API, served from the beginning: the console links to them. */
export interface StartPages extends LocalServer {
  /** Before, whoever asks reads that it takes a moment. */
  show(called: Called, parts: StartParts): void;
  /** Until something is shown again. */
  wait(): void;
}

/** Serves such pages. @param port any free one where it is taken, or 0 */
export type ServePages = (port: number, pageKey: PageKey, onRefused: OnRefused) => Promise<StartPages>;
