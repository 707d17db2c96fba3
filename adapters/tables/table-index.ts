/** An index of a table. The stack makes them, queries name them. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** What it holds of a row beside keys: attributes by their names, or "all". */
  readonly holds: "all" | readonly string[];
}
