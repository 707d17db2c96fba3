import { traceCalls } from "./client";

// Of no function: a layer, which Node loads before the function's own code.
traceCalls(process.env);
