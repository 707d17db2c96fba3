import type { ConsoleFeature } from "../../app/visit";
import { routes } from "./domain";
import { suspectDomains } from "./inbox";

export const feature = { routes, inbox: suspectDomains } satisfies ConsoleFeature;
