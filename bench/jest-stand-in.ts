/** The helpers of tests ask jest for stand-ins when they are loaded. */
export function standInForJest(): void {
  Object.assign(globalThis, { jest: { fn: () => async () => undefined } });
}
