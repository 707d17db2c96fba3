/** An index of a table. The stack makes them, queries name them. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attributes that the index holds besides keys, or "all". */
  readonly holds: "all" | readonly string[];
}
