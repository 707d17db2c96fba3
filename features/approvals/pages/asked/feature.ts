import type { ConsoleFeature } from "../../../../console/app/visit";
import { routes as askedRoutes } from "./asked";
import { routes as delegation } from "./delegation";

export const feature = { routes: [...askedRoutes, ...delegation] } satisfies ConsoleFeature;
