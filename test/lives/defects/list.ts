import { adapterDefects } from "./adapters";
import type { Defect } from "./defect";
import { engineDefects } from "./engine";
import { handlerDefects } from "./handlers";

/** Mistakes that the simulation has to find: npm run lives -- --defects. */
export const allDefects: readonly Defect[] = [...engineDefects, ...adapterDefects, ...handlerDefects];
