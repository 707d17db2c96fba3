import type { StackFeature } from "../../lib/feature";
import { POSTURE } from "./posture";

/** Postures: a row a gate in the table of decisions. */
export const stack: StackFeature<object, void> = {
  place: 15,
  name: "posture",
  grantPages(pages, { tables }) {
    tables.decisions.grantRowsUnder(pages, POSTURE, "PutItem");
  },
};
