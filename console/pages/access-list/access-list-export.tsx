import { toRow } from "../../../adapters/tables/item";
import { csvHeader, csvLineOf } from "../../../engine/access-list/files/row";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../parts/exported-file";
import { pageTexts } from "../../texts/languages";
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

const exportCsv = (visit: Visit) => exportFile(visit, listFile(visit), listExportTexts);

const showListParts = (visit: Visit) =>
  showParts(visit, listFile(visit), {
    words: listExportTexts,
    command: "npx --no-install entra-gatehouse list export access-list.csv",
    back: <BackToList />,
  });

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/access-list/export.csv", access: "Reader", handler: exportCsv },
  { method: "GET", path: "/access-list/export", access: "Reader", handler: showListParts },
];

const listExportTexts = pageTexts({
  title: ["Export the access list", "접근 목록 내보내기"],
  intro: [
    "The list is exported in parts, in no order. Each part is a CSV file that can be imported by itself; together they are the whole list.",
    "목록을 여러 부분으로 나누어 순서 없이 내보냅니다. 각 부분은 따로 가져올 수 있는 CSV 파일이며, 모두 합치면 전체 목록입니다.",
  ],
  rows: ["entries", "항목"],
});
