import type { LocalPart } from "../../local/local-part";
import { graphStandIn } from "../../local/stand-ins/graph/graph";

export const local = { system: graphStandIn } satisfies LocalPart;
