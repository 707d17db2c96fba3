import type { ConsoleFeature } from "../../app/visit";
import { routes } from "./search";

export const feature = { routes } satisfies ConsoleFeature;
