import type { RowEdits } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { WrittenTable } from "../../../console/editor/described-table";
import type { AuditedTable } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import { LONGEST_VALUE } from "../chain";
import { buildSubject, commitRow } from "../store/audited-tables";

/** Each edit is written together with its entry, because the audit log covers the table. */
export function committedRows(
  table: AuditedTable,
  rows: (world: ConsolePorts) => Pick<RowEdits, "get" | "writing">,
): Pick<WrittenTable, "rows" | "commit" | "removed"> {
  return {
    rows,
    commit({ world, author, now }, edit) {
      const [before, after] = [edit.before, edit.after].map((item) => item && toRow(item));
      return commitRow(world.audit, table, { before, after, write: rows(world).writing(edit) }, author, now);
    },
    async removed({ world }, key) {
      const [last] = (await world.audit.page({ subject: buildSubject(table, toItem(key)) }, undefined, 1)).entries;
      return last?.outcome === "done" && last.after === undefined && last.before ? wholeItem(last.before) : undefined;
    },
  };
}

/**
 * The row as an item. Undefined if the entry may not show the whole row: a text was cut, or a cell is neither a text, a number nor a
 * boolean.
 */
function wholeItem(row: Row): Item | undefined {
  const cells = Object.values(row);
  const isWhole = cells.every((cell) =>
    typeof cell === "string" ? cell.length <= LONGEST_VALUE : ["number", "boolean"].includes(typeof cell),
  );
  return isWhole ? toItem(row) : undefined;
}
