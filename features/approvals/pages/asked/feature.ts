import type { ConsoleFeature } from "../../../../console/app/visit";
import { routes as askedRoutes } from "./asked";
import { routes as delegation } from "./delegation";
import { routes as guests } from "./guests";

export const feature = { routes: [...askedRoutes, ...delegation, ...guests] } satisfies ConsoleFeature;
