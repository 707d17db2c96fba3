import type { PageKey } from "../aws/page-key";
import type { Shutdown } from "./shutdown";
import type { SimulatorServer } from "./user-flows";

export interface Latest {
  readonly name: string;
  readonly event: unknown;
}

/** State that outlives a restart, so that open pages continue. It is created at the first start. */
export interface Lasting {
  readonly shutdown: Shutdown;
  restart(): void;
  /** The request that the next start repeats. */
  latest?: Latest | undefined;
  /** Path of the temporary data folder. */
  data?: string;
  pageKey?: PageKey;
  simulator?: SimulatorServer;
}
