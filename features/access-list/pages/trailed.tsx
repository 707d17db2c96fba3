import type { TrailedRows } from "../../audit/pages/trailed-rows";
import type { AuditEntry } from "../../audit/store/trail";
import { listProblemText } from "../list-problem-words";
import { PROPOSALS_PATH, proposalPath, writtenList } from "./access-list-parts";
import { accessListTexts } from "./access-list-texts";
import { setPath, writtenSet } from "./change-set-parts";
import { changeSetTexts } from "./change-set-texts";
import { SetsOfEntry } from "./entry-links";
import { takeBackForm } from "./take-back";

/** What the page of changes says of the list. */
export const trailedList: TrailedRows = {
  table: "access-list",
  pathOf({ action, set, count = 1, subject }: AuditEntry) {
    const what = action.slice("access-list.".length);
    if (set !== undefined && count > 1) return setPath(set);
    if (what === "samples-loaded") return writtenList.path;
    if (what === "proposed") return PROPOSALS_PATH;
    return what.startsWith("proposal-") ? proposalPath(subject) : undefined;
  },
  summary({ after: { added, changed, removed } = {}, set }) {
    const isCounted = set !== undefined && [added, changed, removed].every((count) => typeof count === "number");
    return isCounted ? changeSetTexts.counts(Number(added), Number(changed), Number(removed)) : undefined;
  },
  // Read for each page: they are in the visitor's language.
  get names() {
    return accessListTexts.names;
  },
  cellText({ language }, name, text) {
    if (name === "problem") return listProblemText(language, text);
    return name === "effect" ? (accessListTexts.names as Readonly<Record<string, string>>)[text] : undefined;
  },
  takeBack: takeBackForm,
  written: (visit) => writtenSet(visit),
  get done() {
    return changeSetTexts.done;
  },
  ofRow: (visit, entry) => <SetsOfEntry visit={visit} entry={entry} />,
};
