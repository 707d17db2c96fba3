import type { LocalPart } from "../../local/local-part";
import { profileTable } from "./cases";

export const local = { csvTable: profileTable } satisfies LocalPart;
