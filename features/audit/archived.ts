import { canonicalJson, parseJsonObject } from "../../engine/json";
import { hashOfEntry, lastingPart } from "./chain";
import { type AuditRow, numberText } from "./entry";

/**
 * The part of an entry that its hash covers, and the hash. An archived entry cannot be deleted, so it never contains data that an erasure
 * removes.
 */
export type ArchivedEntry = Pick<AuditRow, "number" | "hash" | "at"> & Readonly<Record<string, unknown>>;

export function archiveText(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${canonicalJson(lastingPart(row))}\n`).join("");
}

const HASH_CHARACTERS = 16;

/** The last row's hash depends on all earlier entries. So two objects of the same name have the same entries, even after a restore. */
export function archiveName(rows: readonly AuditRow[]): string {
  const last = rows.at(-1);
  return `entries/${rows[0]?.number}-${last?.number}-${last?.hash.slice(0, HASH_CHARACTERS)}.jsonl`;
}

/** Undefined if the line is not an entry, or was altered. */
export function readArchived(line: string): ArchivedEntry | undefined {
  const entry = parseJsonObject(line);
  if (entry === undefined) return undefined;
  const { number, hash, at } = entry;
  if (typeof number !== "string" || numberText(Number(number)) !== number || typeof at !== "string") return undefined;
  return hashOfEntry({ ...entry }) === hash ? (entry as ArchivedEntry) : undefined;
}
