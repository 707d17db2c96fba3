import type { PageKey } from "../aws/page-key";
import type { Shutdown } from "./shutdown";
import type { StartPages } from "./start-pages";

/** A request, and the name of the function that answered it. */
export interface Latest {
  readonly name: string;
  readonly event: unknown;
}

/** Outlives a restart, so that open pages continue: made once, at the first start. */
export interface Lasting {
  readonly shutdown: Shutdown;
  /** Ends this start and begins another. */
  restart(): void;
  /** The request that the next start makes again. */
  latest?: Latest | undefined;
  /** The temporary data folder. */
  data?: string;
  pageKey?: PageKey;
  signUpPages?: StartPages;
}
