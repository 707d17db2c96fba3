import type { ConsoleFeature } from "../../app/visit";
import { routes } from "./domain";
import { domainsFound } from "./found";
import { suspectDomains } from "./inbox";

export const feature = { routes, inbox: suspectDomains, search: domainsFound } satisfies ConsoleFeature;
