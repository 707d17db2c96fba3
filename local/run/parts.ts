import { workbenchParts } from "../workbench/bench";
import type { StartParts, StartWorld } from "./start-pages";

/** What features hand to the pages of others. A feature has its line here. */
export const startParts: readonly ((world: StartWorld) => Partial<StartParts>)[] = [workbenchParts];
