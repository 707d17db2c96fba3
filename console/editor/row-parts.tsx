import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { Facts } from "../parts/table";
import { plainText, ShownValue, visible } from "../parts/value";
import { textNamed } from "../texts/languages";
import type { EditedTable, RowProblems } from "./described-table";
import { editorTexts } from "./editor-texts";

/** What a column, or a choice of one, is called. */
export function nameOf({ texts }: EditedTable, name: string): string {
  return textNamed({ ...editorTexts.names, ...texts.names }, name) ?? visible(name);
}

/** A row's current cells, the table's own columns first. */
export function RowCells({ visit, table, item }: { readonly visit: Visit; readonly table: EditedTable; readonly item: Item }) {
  const row = toRow(item);
  const own = [...table.key.map(({ column }) => column), ...table.columns.map(({ name }) => name)].filter((name) => name in row);
  const names = new Set([...own, ...Object.keys(row).sort()]);
  const words = table.cellWords?.(visit, row) ?? {};
  return <Facts facts={[...names].map((name) => [nameOf(table, name), <ShownValue text={words[name] ?? plainText(row[name])} />])} />;
}

export function ProblemWords({ problems }: { readonly problems: RowProblems }) {
  const words = problems.words.join("; ");
  return (
    <>
      {problems.expired ? <span class="tag warn">{editorTexts.expired}</span> : null}
      {problems.expired && words !== "" ? " " : null}
      {words === "" ? null : <ShownValue text={words} />}
    </>
  );
}
