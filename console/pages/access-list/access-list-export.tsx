import { toRow } from "../../../adapters/tables/item";
import { csvHeader, csvLineOf } from "../../../engine/access-list/files/export-line";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../exporting/exported-file";
import { listExportTexts } from "./access-list-export-texts";
import { BackToList } from "./access-list-parts";

/** As the table has it, not its indexes: nothing is left out that they have not yet. A place is the entry before it. */
function listFile({ world }: Visit): ExportedFile<string> {
  return {
    name: "access-list",
    ending: "csv",
    path: "/access-list/export.csv",
    partsPath: "/access-list/export",
    header: csvHeader,
    action: "access-list.exported",
    async *pages(after) {
      for await (const page of world.accessList.pages(after)) {
        yield { text: page.map((item) => csvLineOf(toRow(item))).join(""), rows: page.length, next: page.at(-1)?.entry?.S };
      }
    },
  };
}

const exportCsv = (visit: Visit) => exportFile(visit, listFile(visit), visit.say(listExportTexts));

const showListParts = (visit: Visit) =>
  showParts(visit, listFile(visit), {
    words: visit.say(listExportTexts),
    command: "npx --no-install entra-gatehouse list export access-list.csv",
    back: <BackToList visit={visit} />,
  });

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list/export.csv", access: "Reader", handler: exportCsv },
  { method: "GET", path: "/access-list/export", access: "Reader", handler: showListParts },
];
