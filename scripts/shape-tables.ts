import type { TableIndex } from "../adapters/tables/table-index";
import { tableShapes } from "../adapters/tables/table-shapes";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../adapters/tables/tables";
import { markdownTable } from "./markdown-table";

/** What each table must have. */
export function shapesTable(): string {
  const rows = (Object.keys(tables) as AnyTableName[]).map((name) => {
    const { streamed, ages, indexes } = tableShapes[name];
    const ends = ages ? `\`${EXPIRY_ATTRIBUTE}\`` : "";
    return [`\`${name}\``, quoted(tables[name].key), streamed ? "yes" : "", ends, indexes.map(indexText).join("; ")];
  });
  return markdownTable(["table", "key (strings)", "stream", "time to live", "indexes (keys; what they hold)"], rows);
}

function indexText({ name, partitionKey, sortKey, holds }: TableIndex): string {
  const keys = quoted(sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]);
  if (holds === "all") return `\`${name}\` (${keys}; all)`;
  return `\`${name}\` (${keys}; ${holds.length === 0 ? "keys" : quoted(holds)})`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
