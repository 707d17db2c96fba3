// Replaces the parts of Vitest that tests' shared modules use as they load: imported ahead of them.

Object.assign(globalThis, { vi: { fn: () => async () => undefined } });
