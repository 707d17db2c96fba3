import { resolve } from "node:path";

/** The folder of this package: its functions and samples lie there. */
export const packageRoot = resolve(__dirname, "..");
