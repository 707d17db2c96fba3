import type { CountingRows } from "../engine/sign-up/ports";
import { isCurrent } from "../engine/sign-up/row-end";
import { listCounts } from "./access-list/row";

/**
 * Says for each table that operators edit whether a row counts. Functions of steps load this file. So, for each table, the file imports
 * only the table's rules about the ends of rows.
 */
export const countingRows = {
  ...listCounts,
  profiles: isCurrent,
  referenceData: isCurrent,
} satisfies CountingRows;
