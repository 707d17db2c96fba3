import { type Item, toRow } from "../../adapters/tables/item";
import type { Visit } from "../app/visit";
import { Facts } from "../parts/table";
import { plainText, ShownValue, visible } from "../parts/value";
import { textNamed } from "../texts/languages";
import type { Typed } from "./cells";
import type { EditedTable, RowProblems } from "./described-table";
import { editorTexts } from "./editor-texts";

/** What a column, or a choice of one, is called. */
export function nameOf({ texts }: EditedTable, name: string): string {
  return textNamed({ ...editorTexts.names, ...texts.names }, name) ?? visible(name);
}

interface RowCellsProps {
  readonly visit: Visit;
  readonly table: EditedTable;
  readonly item: Item;
  /** Whether the key is among them. @default what they stand under names it */
  readonly hasKey?: boolean;
  /** What a form beside it shows: cells with characters that nobody sees are shown all the same. @default nothing */
  readonly without?: Typed | undefined;
}

/** A row's current cells, the table's own columns first. */
export function RowCells({ visit, table, item, hasKey = false, without }: RowCellsProps) {
  const row = toRow(item);
  const keys = table.key.map(({ column }) => column);
  const shown = new Map([
    ...Object.entries(without?.cells ?? {}),
    ...(without?.lines ?? []).map(({ name, text }) => [name, text] as const),
  ]);
  const isShown = (name: string) => {
    const text = shown.get(name);
    return text !== undefined && text === plainText(row[name]) && visible(text) === text;
  };
  const own = [...keys, ...table.columns.map(({ name }) => name)].filter((name) => name in row);
  const names = [...new Set([...own, ...Object.keys(row).sort()])].filter((name) => (hasKey || !keys.includes(name)) && !isShown(name));
  const words = table.cellWords?.(visit, row) ?? {};
  if (names.length === 0) return null;
  return <Facts facts={names.map((name) => [nameOf(table, name), <ShownValue text={words[name] ?? plainText(row[name])} />])} />;
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
