// As typescript.cjs, for programs of either kind: an app may be an ES module.

import { ownTranspilerCache } from "./transpiler-cache.cjs";

const done = ownTranspilerCache();
// Not before: tsx looks as it loads.
await import("tsx");
done();
