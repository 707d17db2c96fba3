import type { ConsoleFeature } from "../../../../console/app/visit";
import { routes as delegation } from "./delegation";
import { routes as requests } from "./my-approvals";

export const feature = { routes: [...requests, ...delegation] } satisfies ConsoleFeature;
