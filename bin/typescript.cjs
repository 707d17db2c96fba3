// Lets Node load TypeScript, by tsx.

const done = require("./transpiler-cache.cjs").ownTranspilerCache();
require("tsx/cjs");
done();
