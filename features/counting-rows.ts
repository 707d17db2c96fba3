import type { CountingRows } from "../engine/sign-up/ports";
import { isCurrent } from "../engine/sign-up/row-end";
import { listCounts } from "./access-list/row";

/**
 * For each table that operators edit: true if a row counts. Steps load this file, so each line imports only its table's rules about ends.
 */
export const countingRows = {
  ...listCounts,
  profiles: isCurrent,
  referenceData: isCurrent,
} satisfies CountingRows;
