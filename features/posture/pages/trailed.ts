import { gateName } from "../../../console/parts/gates";
import type { TrailedRows } from "../../audit/pages/trailed-rows";
import { POSTURE_PATH } from "./posture-parts";
import { postureTexts } from "./posture-texts";

/** What the page of changes says of gates. */
export const trailedPostures: TrailedRows = {
  table: "posture",
  pathOf: () => POSTURE_PATH,
  subjectText: (subject) => gateName(subject.slice("posture/".length)),
  // Read for each page: they are in the visitor's language.
  get names() {
    const { state, from, until, reason, surge } = postureTexts;
    return { state, from, until, reason, surgeUntil: surge };
  },
  onlyNamed: true,
  cellText: (_, name, text) => (name === "state" ? (postureTexts.states as Readonly<Record<string, string>>)[text] : undefined),
};
