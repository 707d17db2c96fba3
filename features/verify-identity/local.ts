import type { LocalPart } from "../../local/local-part";
import { experianStandIn } from "./local/experian";
import { idologyStandIn } from "./local/idology";

export const local = { vendors: [idologyStandIn, experianStandIn] } satisfies LocalPart;
