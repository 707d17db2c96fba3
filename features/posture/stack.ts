import type { StackFeature } from "../../lib/feature";
import { POSTURE } from "./posture";

/** Postures are rows in the table of decisions, one for each gate. */
export const stack: StackFeature<object, void> = {
  order: 15,
  name: "posture",
  grantPages(pages, { tables }) {
    tables.decisions.grantRowsUnder(pages, POSTURE, "PutItem");
  },
};
