import { traceCalls } from "./client";

// Not a function: a layer, which Node loads before the function's own code.
traceCalls(process.env);
