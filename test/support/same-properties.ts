import fc from "fast-check";

// The same input at each run: what a property finds by luck must not fail a change that has nothing to do with it. With
// TEST_RUNS, which is for finding, each run has its own.
if (process.env.TEST_RUNS === undefined) fc.configureGlobal({ seed: 1 });
