import type { CountingRows } from "../engine/sign-up/ports";
import { isCurrent } from "../engine/sign-up/row-end";
import { listCounts } from "./access-list/row";

/** Whether a row counts, in each table that operators edit. Steps that read one load it: a line imports what its table says of ends, no more. */
export const countingRows = {
  ...listCounts,
  profiles: isCurrent,
  referenceData: isCurrent,
} satisfies CountingRows;
