import { local } from "../features/lists/local";
import type { LocalPart } from "./local-part";

export const localParts: readonly LocalPart[] = local;

/** Tables that operators fill, in the order in which samples are written. */
export const csvTables = localParts.flatMap(({ csvTable }) => csvTable ?? []);
