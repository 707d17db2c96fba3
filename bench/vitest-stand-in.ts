/** Replaces the parts of Vitest that tests' shared modules use as they load. */
export function standInForVitest(): void {
  Object.assign(globalThis, { vi: { fn: () => async () => undefined } });
}
