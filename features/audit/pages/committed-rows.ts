import type { RowEdits } from "../../../adapters/tables/edited-rows";
import { toRow } from "../../../adapters/tables/item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { WrittenTable } from "../../../console/editor/described-table";
import type { AuditedTable } from "../../../engine/audited-change";
import { commitRow } from "../store/audited-tables";

/** The rows of a table that the trail covers: each edit is written together with its entry. */
export function committedRows(
  table: AuditedTable,
  rows: (world: ConsolePorts) => Pick<RowEdits, "get" | "writing">,
): Pick<WrittenTable, "rows" | "commit"> {
  return {
    rows,
    commit({ world, author, now }, edit) {
      const [before, after] = [edit.before, edit.after].map((item) => item && toRow(item));
      return commitRow(world.audit, table, { before, after, write: rows(world).writing(edit) }, author, now);
    },
  };
}
