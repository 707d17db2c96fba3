import { traceCalls } from "./client";

// This is a layer, not a function. Node loads it before the function's own code.
traceCalls(process.env);
