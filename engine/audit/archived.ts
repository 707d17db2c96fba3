import { canonicalJson, hashOfEntry, lastingPart } from "./chain";
import { type AuditRow, numberText } from "./entry";

/**
 * What an archive holds of an entry: all that its hash covers, and the hash. What an erasure removes is never in it, so that
 * it can be kept for as long as nobody may delete it.
 */
export type ArchivedEntry = Pick<AuditRow, "number" | "hash" | "at"> & Readonly<Record<string, unknown>>;

/** Entries as an object of the archive holds them: a line each. */
export function archiveText(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${canonicalJson(lastingPart(row))}\n`).join("");
}

/** Both ends stand in the name: two objects of one name hold the same entries, whoever wrote them. */
export function archiveName(rows: readonly AuditRow[]): string {
  return `entries/${rows[0]?.number}-${rows.at(-1)?.number}.jsonl`;
}

/** An entry as a line has it; undefined for what is no entry, or not the one that was archived. */
export function readArchived(line: string): ArchivedEntry | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof entry !== "object" || entry === null || !("number" in entry && "hash" in entry && "at" in entry)) return undefined;
  const { number, hash, at } = entry;
  if (typeof number !== "string" || numberText(Number(number)) !== number || typeof at !== "string") return undefined;
  return hashOfEntry({ ...entry }) === hash ? (entry as ArchivedEntry) : undefined;
}
