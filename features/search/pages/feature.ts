import type { ConsoleFeature } from "../../../console/app/visit";
import { routes } from "./search";

export const pages = { order: 75, routes } satisfies ConsoleFeature;
