// Lets Node load TypeScript with tsx.

const done = require("./transpiler-cache.cjs").ownTranspilerCache();
require("tsx/cjs");
done();
