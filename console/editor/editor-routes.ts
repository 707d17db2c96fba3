import type { Asks, ConsoleRoute } from "../app/visit";
import { OPEN_PARAMETER } from "../parts/beside";
import { addRows } from "./add-page";
import type { EditedTable } from "./described-table";
import { showTable } from "./list-page";
import { removeRow, SURE_FIELD, saveRow } from "./row-page";

const HIDDEN = ["version", SURE_FIELD];

type Handler = ConsoleRoute["handler"];

/** The pages of a table that operators edit by hand: everyone with a role reads them, administrators change rows. */
export function editorRoutes(table: EditedTable, list: Handler = (visit) => showTable(visit, table)): readonly ConsoleRoute[] {
  const { path, add, key } = table;
  const ofList: Asks = key.length > 1 ? Object.fromEntries(key.map(({ parameter }) => [parameter, "any"])) : {};
  // What was just written: see `write`.
  const set: Asks = table.write === undefined ? {} : { set: "any" };
  const counts: Asks = add === undefined ? {} : { added: "any", there: "any" };
  return [
    {
      method: "GET",
      path: table.list,
      access: "Reader",
      asks: { ...ofList, ...set, ...counts, q: "any", problem: ["1"], [OPEN_PARAMETER]: "any", ...table.asks },
      handler: list,
    },
    { method: "POST", path: `${path}/save`, access: "Administrator", hidden: HIDDEN, handler: (visit) => saveRow(visit, table) },
    { method: "POST", path: `${path}/remove`, access: "Administrator", hidden: HIDDEN, handler: (visit) => removeRow(visit, table) },
    ...(add === undefined
      ? []
      : [
          {
            method: "POST",
            path: `${path}/add`,
            access: "Administrator",
            hidden: HIDDEN,
            handler: (visit) => addRows(visit, table, add),
          } as ConsoleRoute,
        ]),
  ];
}
