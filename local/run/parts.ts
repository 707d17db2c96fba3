import { workbenchParts } from "../workbench/bench";
import type { StartParts, StartWorld } from "./start-pages";

/** Features' parts for other features' pages. Each feature adds its line here. */
export const startParts: readonly ((world: StartWorld) => Partial<StartParts>)[] = [workbenchParts];
