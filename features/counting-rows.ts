import type { CountingRows } from "../engine/sign-up/ports";
import { isCurrent } from "../engine/sign-up/row-end";
import { listCounts } from "./access-list/row";

/** Functions of steps load this file, so it imports only each table's rules about the ends of rows. */
export const countingRows = {
  ...listCounts,
  profiles: isCurrent,
  referenceData: isCurrent,
} satisfies CountingRows;
