import type { PageKey } from "../aws/page-key";
import type { SimulatorServer } from "./user-flows";

/** Ends parts of a start in reverse order. */
export class Shutdown {
  private readonly steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.steps.push(step);
  }

  /** Makes the shutdown close the part. @returns the part */
  own<T extends { close(): unknown }>(part: T): T {
    this.add(() => part.close());
    return part;
  }

  async run(): Promise<void> {
    for (const step of this.steps.splice(0).reverse()) await step();
  }
}

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
