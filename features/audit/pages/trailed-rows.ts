import type { Child } from "hono/jsx";
import type { RowEdits } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { ConsolePorts } from "../../../console/app/ports";
import type { Visit } from "../../../console/app/visit";
import type { WrittenTable } from "../../../console/editor/described-table";
import type { AuditedTable } from "../../../engine/audited-change";
import type { Row } from "../../../engine/sign-up/rule";
import { type AuditEntry, LONGEST_VALUE } from "../chain";
import { buildSubject, commitRow } from "../store/audited-tables";

export const CHANGES_PATH = "/audit";

export interface Described {
  /** Text for the entry's object or act, in the middle of a sentence. @default the object's key */
  readonly what?: string | undefined;
  /** Absent if the change cannot be undone now. */
  readonly undo?: Child;
}

/** The parts that a table's feature adds to the page of changes. */
export interface TrailedRows {
  /** Prefix of the entries' actions: "access-list". */
  readonly table: string;
  /** Returns the page of an entry's object. Not needed if the object is a row: see `rowPages`. */
  pathOf?(entry: AuditEntry): string | undefined;
  /** Describes a page's entries, by number. */
  described?(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Described>>;
  /** Returns the act to which an entry belongs, and the change set that this act wrote. The page shows all entries of an act in one row. */
  actOf?(entry: AuditEntry): { readonly act: string; readonly set: unknown } | undefined;
  /** Returns a row's name for people. Needed if the row's key is not readable. */
  subjectText?(visit: Visit, subject: string): string;
  /** The columns of a row that say most about a change. The sentence shows the first of these columns without its name. */
  readonly telling?: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  /** True if the page hides cells that have no name in `names`. @default the page shows these cells under their name in the table */
  onlyNamed?(entry: AuditEntry): boolean;
  /** If a cell's value is a code, returns a text for it. @param row the row at the time of the change */
  cellText?(visit: Visit, name: string, text: string, row: Row): string | undefined;
  /** Returns content below the note of a completed change. */
  written?(visit: Visit): Promise<Child>;
  readonly done?: Readonly<Record<string, string>>;
  /** Returns content below the changes of one row: what else has changed the row, if anything. */
  ofRow?(visit: Visit, subject: string): Promise<Child>;
}

declare module "../../../console/app/visit" {
  interface ConsoleFeature {
    readonly trailed?: TrailedRows;
  }
}

export function trailedRows({ features }: Visit): readonly TrailedRows[] {
  return features.flatMap(({ trailed }) => trailed ?? []);
}

export function findRowOwner(visit: Visit, { action }: Pick<AuditEntry, "action">): TrailedRows | undefined {
  return trailedRows(visit).find(({ table }) => action.startsWith(`${table}.`));
}

export function rowPage({ features }: Visit, table: string): ((key: string) => string | undefined) | undefined {
  return features.flatMap(({ rowPages = {} }) => rowPages[table] ?? [])[0];
}

/** True if an action is about one row. @param what the last part of the action's name */
export function isRow(what: string): boolean {
  return ["added", "changed", "removed", "tidied"].includes(what);
}

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
