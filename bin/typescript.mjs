// As typescript.cjs, for programs of either kind: an app may be an ES module.

process.env.TSX_DISABLE_CACHE = "1";
// Not before: tsx looks as it loads.
await import("tsx");
