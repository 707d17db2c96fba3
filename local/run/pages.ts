import { workbenchParts } from "../workbench/bench";
import type { ServePages, StartParts, StartWorld } from "./start-pages";
import { simulatorPages } from "./user-flows";

// Pages beside the API. Each feature adds its lines here.

/** Servers of the pages for signing up. */
export const signUpPages: readonly ServePages[] = [simulatorPages];

/** Features' parts for other features' pages. */
export const startParts: readonly ((world: StartWorld) => Partial<StartParts>)[] = [workbenchParts];
