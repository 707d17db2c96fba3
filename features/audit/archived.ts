import { canonicalJson, parseJsonObject } from "../../engine/json";
import { hashOfEntry, lastingPart } from "./chain";
import { type AuditRow, numberText } from "./entry";

/**
 * An archived entry: the part that its hash covers, and the hash. An archived entry cannot be deleted, so it never contains data that an
 * erasure removes.
 */
export type ArchivedEntry = Pick<AuditRow, "number" | "hash" | "at"> & Readonly<Record<string, unknown>>;

/** Formats entries as an archive's object: one per line. */
export function archiveText(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${canonicalJson(lastingPart(row))}\n`).join("");
}

const HASH_CHARACTERS = 16;

/**
 * Builds the name of an archive's object: the numbers of its first and last entry, and the beginning of the last entry's hash. That hash
 * depends on all earlier entries. So two objects of the same name have the same entries, even if the audit log was restored to an earlier
 * state before the second object was written.
 */
export function archiveName(rows: readonly AuditRow[]): string {
  const last = rows.at(-1);
  return `entries/${rows[0]?.number}-${last?.number}-${last?.hash.slice(0, HASH_CHARACTERS)}.jsonl`;
}

/** Reads an entry from a line. Undefined if the line is not an entry, or was altered. */
export function readArchived(line: string): ArchivedEntry | undefined {
  const entry = parseJsonObject(line);
  if (entry === undefined) return undefined;
  const { number, hash, at } = entry;
  if (typeof number !== "string" || numberText(Number(number)) !== number || typeof at !== "string") return undefined;
  return hashOfEntry({ ...entry }) === hash ? (entry as ArchivedEntry) : undefined;
}
