import type { ConsoleFeature } from "../../../console/app/visit";
import { routes } from "./domain";
import { domainsFound } from "./found";
import { suspectDomains } from "./inbox";

export const feature = { routes, inbox: suspectDomains, search: domainsFound } satisfies ConsoleFeature;
