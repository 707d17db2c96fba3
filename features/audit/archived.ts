import { canonicalJson } from "../../engine/canonical-json";
import { hashOfEntry, lastingPart } from "./chain";
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

/** Of a hash, in an object's name. */
const HASH_CHARACTERS = 16;

/**
 * Both ends stand in the name, and the last one's hash, which goes by all entries before it: two objects of one name hold the
 * same entries, also where the trail was restored to an earlier moment in between and held others.
 */
export function archiveName(rows: readonly AuditRow[]): string {
  const last = rows.at(-1);
  return `entries/${rows[0]?.number}-${last?.number}-${last?.hash.slice(0, HASH_CHARACTERS)}.jsonl`;
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
