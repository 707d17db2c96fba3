import type { TypedCell } from "./cells";

/** A column that the operator named. */
export type TypedLine = TypedCell & { readonly name: string };

/** What a form about a row holds, as typed. */
export interface Typed {
  /** By the names of the table's columns. */
  readonly cells: Readonly<Record<string, string>>;
  readonly lines: readonly TypedLine[];
}
