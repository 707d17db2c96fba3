// This module does the same as typescript.cjs, but loads both kinds of modules, because an app may be an ES module.

import { ownTranspilerCache } from "./transpiler-cache.cjs";

const done = ownTranspilerCache();
// The import must follow the call above, because tsx reads the folder's name while it loads.
await import("tsx");
done();
