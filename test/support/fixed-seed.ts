import fc from "fast-check";

// For mutation testing: the same examples for every mutant, and not more than a moment's worth.
fc.configureGlobal({ seed: 1, interruptAfterTimeLimit: 100 });
