import type { ConsoleFeature } from "../../app/visit";
import { routes } from "./domain";

export const feature = { routes } satisfies ConsoleFeature;
