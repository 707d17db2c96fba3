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
