const { AsyncLocalStorage } = require("node:async_hooks");
const { TestEnvironment } = require("jest-environment-node");

/**
 * Those in use. One that is not disabled costs every promise of the suites after it, and keeps what its own suite loaded:
 * Node knows it for as long as the process lasts.
 */
const inUse = new Set();

for (const name of ["run", "enterWith"]) {
  const { [name]: original } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype[name] = function (...args) {
    inUse.add(this);
    return original.apply(this, args);
  };
}

/** Node's, which leaves nothing to the next suite. */
module.exports = class extends TestEnvironment {
  async teardown() {
    for (const storage of inUse) storage.disable();
    inUse.clear();
    await super.teardown();
  }
};
