const { AsyncLocalStorage } = require("node:async_hooks");
const vm = require("node:vm");
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

/**
 * Each suite runs every module anew. As a script, unlike as Jest's function, the engine compiles one but for the first suite of
 * a process. A module cannot import another at run time either way: Jest has those imports as calls of `require`.
 */
const { compileFunction } = vm;
vm.compileFunction = (code, parameters = [], options = {}) => {
  const { parsingContext, filename } = options;
  if (parsingContext === undefined) return compileFunction(code, parameters, options);
  const head = `(function (${parameters.join(", ")}) {`;
  return new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length }).runInContext(parsingContext);
};

/** Node's, which leaves nothing to the next suite. */
module.exports = class extends TestEnvironment {
  async teardown() {
    for (const storage of inUse) storage.disable();
    inUse.clear();
    await super.teardown();
  }
};
