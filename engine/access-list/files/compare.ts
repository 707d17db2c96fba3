import type { Item } from "../../../adapters/tables/rows";
import { expiryTime } from "../row";
import { type ListChange, listChange } from "./list-change";
import type { FileRow } from "./row";

/** A row of the file and the line where it begins. */
export interface NumberedRow extends FileRow {
  readonly line: number;
}

/** Tells of rows that mean one entry and disagree. Answers how many only repeat another one. */
export function disagreements(rows: readonly NumberedRow[], tell: (line: number, why: string) => void): number {
  const byEntry = folded(rows);
  let repeated = rows.length - byEntry.size;
  for (const row of rows) {
    const first = byEntry.get(row.entry);
    if (first !== undefined && first !== row && differs(first, row)) {
      repeated -= 1;
      tell(row.line, `disagrees with line ${first.line}: both are the entry ${row.entry}`);
    }
    const allowed = row.looser === undefined ? undefined : byEntry.get(row.looser);
    if (allowed?.effect === "allow") {
      tell(
        Math.max(row.line, allowed.line),
        `disagrees with line ${Math.min(row.line, allowed.line)}: the same address is allowed and denied`,
      );
    }
  }
  return repeated;
}

/** The first row of each entry. */
export function folded(rows: readonly NumberedRow[]): ReadonlyMap<string, NumberedRow> {
  const byEntry = new Map<string, NumberedRow>();
  for (const row of rows) if (!byEntry.has(row.entry)) byEntry.set(row.entry, row);
  return byEntry;
}

/** Notes may differ: they decide nothing. */
function differs(a: FileRow, b: FileRow): boolean {
  return a.effect !== b.effect || a.issuer !== b.issuer || expiryTime(a.expiresAt) !== expiryTime(b.expiresAt);
}

/** The changes of keys that lie in one part; unchanged are the file's rows that stand in the table already. */
export function compare(
  wanted: ReadonlyMap<string, FileRow>,
  items: readonly Item[],
  replace: boolean,
): { readonly changes: readonly ListChange[]; readonly unchanged: number } {
  const standing = new Map(items.map((item) => [String(item.entry?.S), item]));
  const changes = [...wanted.values()].map((row) => listChange(standing.get(row.entry), row));
  const gone = replace ? standing.keys() : overruled(wanted, standing);
  for (const entry of new Set(gone)) if (!wanted.has(entry)) changes.push(listChange(standing.get(entry), undefined));
  const real = changes.filter((change) => change !== undefined);
  return { changes: real, unchanged: wanted.size - real.filter(({ kind }) => kind !== "removed").length };
}

/** Allows of the very addresses that the file denies: left standing they would win, as they are closer. */
function overruled(wanted: ReadonlyMap<string, FileRow>, standing: ReadonlyMap<string, Item>): readonly string[] {
  return [...wanted.values()].flatMap(({ looser }) => {
    const change = looser === undefined ? undefined : listChange(standing.get(looser), undefined);
    return looser !== undefined && change?.writes[0]?.phase === "allows out" ? [looser] : [];
  });
}
