import type { ConsoleFeature } from "../../../console/app/visit";
import { routes } from "./search";

export const pages = { place: 75, routes } satisfies ConsoleFeature;
