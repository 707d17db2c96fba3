import type { Item } from "../../../adapters/tables/item";
import { CommandError } from "../../../cli/failure";
import { shownCell } from "../../../engine/characters";
import { canBeKey, MAX_PARTITION_KEY_BYTES } from "../../../engine/table-keys";
import { type Entry, entryKey, readEntry } from "../entry";
import { describeProblem } from "../problem-texts";
import type { AccessListStore } from "../store/access-list";

export function parseTypedEntry(typedText: string): Entry {
  const read = readEntry(typedText);
  if (!read.ok) throw new CommandError(`${shownCell(typedText)} is not an entry: ${describeProblem(read.problem)}.`);
  if (!canBeKey(entryKey(read.entry, "allow"))) {
    throw new CommandError(`The entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key.`);
  }
  return read.entry;
}

/** Throws if the list has no row that the typed text may mean. The spelling as typed finds a row whose entry is unreadable. */
export async function findMeantRows(typedText: string, store: AccessListStore): Promise<readonly [Item, ...Item[]]> {
  const read = readEntry(typedText);
  const normalisedKeys = read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [];
  const keys = [...new Set([typedText, typedText.trim(), ...normalisedKeys])].filter((key) => key !== "");
  const [first, ...others] = (await Promise.all(keys.map((key) => store.get(key)))).filter((item) => item !== undefined);
  if (first === undefined)
    throw new CommandError(`The list has no entry ${typedText}${read.ok ? "" : ` (${describeProblem(read.problem)})`}.`);
  return [first, ...others];
}
