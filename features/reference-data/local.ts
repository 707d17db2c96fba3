import type { LocalPart } from "../../local/local-part";
import { referenceTable } from "./cases";

export const local = { csvTable: referenceTable } satisfies LocalPart;
