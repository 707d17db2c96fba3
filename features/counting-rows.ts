import type { CountingRows } from "../engine/sign-up/ports";
import { isCurrent } from "../engine/sign-up/row-end";
import { listCounts } from "./access-list/row";

/** Functions of steps load this file, so it imports only the functions that say whether a row still counts. */
export const countingRows = {
  ...listCounts,
  profiles: isCurrent,
  referenceData: isCurrent,
} satisfies CountingRows;
