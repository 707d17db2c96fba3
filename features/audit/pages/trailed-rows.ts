import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../store/trail";

export const CHANGES_PATH = "/audit";

/** An entry of the trail, for people. */
export interface Described {
  /** Its object or act, in the middle of a sentence. @default its key */
  readonly what?: string | undefined;
  /** The button that undoes the change. Absent if that is not possible now. */
  readonly undo?: Child;
}

/** A table owner's part of the page of changes. Every member is optional. */
export interface TrailedRows {
  /** Prefix of its entries' actions: "access-list". */
  readonly table: string;
  /** The page of an entry's object, if that is not a row's own page: see `rowPages`. */
  pathOf?(entry: AuditEntry): string | undefined;
  /** Reads what a page's entries are about, by their numbers. */
  described?(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Described>>;
  /** The act that an entry is a step of, with the change set that the act wrote. A page shows one row for the steps of an act. */
  actOf?(entry: AuditEntry): { readonly act: string; readonly set: unknown } | undefined;
  /** A row's name, if its key does not serve. */
  subjectText?(visit: Visit, subject: string): string;
  /** The columns that say most of what was done to a row. The first need not be named. */
  readonly telling?: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  /** True to hide the cells without a name here of an entry. @default they are shown by their name in the table */
  onlyNamed?(entry: AuditEntry): boolean;
  /** A cell whose value is a word of ours. @param row as it was then */
  cellText?(visit: Visit, name: string, text: string, row: Row): string | undefined;
  /** Below the note of a change that was made. */
  written?(visit: Visit): Promise<Child>;
  readonly done?: Readonly<Record<string, string>>;
  /** Below the changes of one row: what else changed it, if anything did. */
  ofRow?(visit: Visit, subject: string): Promise<Child>;
}

declare module "../../../console/app/visit" {
  interface ConsoleFeature {
    readonly trailed?: TrailedRows;
  }
}

/** The parts of all owners of tables. */
export function trailedRows({ features }: Visit): readonly TrailedRows[] {
  return features.flatMap(({ trailed }) => trailed ?? []);
}

/** The owner of an entry's row. */
export function findRowOwner(visit: Visit, { action }: Pick<AuditEntry, "action">): TrailedRows | undefined {
  return trailedRows(visit).find(({ table }) => action.startsWith(`${table}.`));
}

/** Finds the page of a table's row by its key; undefined if there is none. */
export function rowPage({ features }: Visit, table: string): ((key: string) => string | undefined) | undefined {
  return features.flatMap(({ rowPages = {} }) => rowPages[table] ?? [])[0];
}

/** True if an action, by its end, was about one row. */
export function isRow(what: string): boolean {
  return ["added", "changed", "removed", "tidied"].includes(what);
}
