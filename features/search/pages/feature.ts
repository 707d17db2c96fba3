import type { ConsoleFeature } from "../../../console/app/visit";
import { routes } from "./search";

export const feature = { routes } satisfies ConsoleFeature;
