import type { StackFeature } from "../../lib/feature";
import { POSTURE } from "./posture";

/** Postures: a row a gate in the table of decisions. */
export const postureFeature: StackFeature<object, void> = {
  name: "posture",
  grantPages(pages, { tables }) {
    tables.decisions.grantRowsUnder(pages, POSTURE, "PutItem");
  },
};
