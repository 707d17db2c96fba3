/** The helpers of tests ask Vitest for stand-ins when they are loaded. */
export function standInForVitest(): void {
  Object.assign(globalThis, { vi: { fn: () => async () => undefined } });
}
