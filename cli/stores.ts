import { counted, type Output } from "./output";

const NAMED_ROWS = 10;

/** Reports rows that the result lacks because they cannot be read. */
export function warnOfUnreadable(output: Output, ids: Iterable<string>): void {
  const all = [...new Set(ids)];
  if (all.length === 0) return;
  const more = all.length > NAMED_ROWS ? ", …" : "";
  output.warn(
    `Left out, as ${all.length === 1 ? "it" : "they"} cannot be read: ${counted(all.length, "row")}. Correct or delete in the table, by id: ${all.slice(0, NAMED_ROWS).join(", ")}${more}`,
  );
}
