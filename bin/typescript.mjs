// Does the same as typescript.cjs, but also for ES modules, because an app may be an ES module.

import { ownTranspilerCache } from "./transpiler-cache.cjs";

const done = ownTranspilerCache();
// The import must follow the call above, because tsx reads the folder's name while it loads.
await import("tsx");
done();
