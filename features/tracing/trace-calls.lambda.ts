import { traceCalls } from "./client";

// A layer, not a function: Node loads it before the function's own code.
traceCalls(process.env);
