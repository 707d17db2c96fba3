import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import type { Row } from "../../../engine/sign-up/rule";
import type { AuditEntry } from "../store/trail";

export const CHANGES_PATH = "/audit";

/** An audit log entry's description. */
export interface Described {
  /** The entry's object or act, in the middle of a sentence. @default the object's key */
  readonly what?: string | undefined;
  /** The button that undoes the change. Absent if that is not possible now. */
  readonly undo?: Child;
}

/** The part that the owner of a table adds to the page of changes. Every member is optional. */
export interface TrailedRows {
  /** Prefix of the entries' actions: "access-list". */
  readonly table: string;
  /** Returns the page of an entry's object. Not needed if the object is a row: see `rowPages`. */
  pathOf?(entry: AuditEntry): string | undefined;
  /** Describes a page's entries, by number. */
  described?(visit: Visit, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, Described>>;
  /** Returns the act to which an entry belongs, with the change set that the act wrote. All entries of an act share one row of the page. */
  actOf?(entry: AuditEntry): { readonly act: string; readonly set: unknown } | undefined;
  /** Returns a row's name for people. Needed if the row's key is not readable. */
  subjectText?(visit: Visit, subject: string): string;
  /** The most telling columns of a row. The first one appears without its name. */
  readonly telling?: readonly string[];
  readonly names?: Readonly<Record<string, string>>;
  /** True if cells without a name here are hidden. @default such cells are shown by their name in the table */
  onlyNamed?(entry: AuditEntry): boolean;
  /** Translates a cell's value that is a code. @param row the row at the time of the change */
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

/** Lists the parts of all owners of tables. */
export function trailedRows({ features }: Visit): readonly TrailedRows[] {
  return features.flatMap(({ trailed }) => trailed ?? []);
}

/** Finds the owner of an entry's row. */
export function findRowOwner(visit: Visit, { action }: Pick<AuditEntry, "action">): TrailedRows | undefined {
  return trailedRows(visit).find(({ table }) => action.startsWith(`${table}.`));
}

/** Finds the page of a table's row by its key; undefined if there is none. */
export function rowPage({ features }: Visit, table: string): ((key: string) => string | undefined) | undefined {
  return features.flatMap(({ rowPages = {} }) => rowPages[table] ?? [])[0];
}

/** True if an action was about one row. @param what the last part of the action's name */
export function isRow(what: string): boolean {
  return ["added", "changed", "removed", "tidied"].includes(what);
}
