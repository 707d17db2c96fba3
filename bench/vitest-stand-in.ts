// Replaces the parts of Vitest that tests' shared modules use while they load. It must be imported before them.

Object.assign(globalThis, { vi: { fn: () => async () => undefined } });
