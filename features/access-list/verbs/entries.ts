import type { Item } from "../../../adapters/tables/item";
import type { Deployment } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { policyFolders } from "../../../cli/gates";
import { shownCell } from "../../../engine/files/shown-cell";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Policy } from "../../../engine/sign-up/policy";
import { canBeKey, MAX_PARTITION_KEY_BYTES } from "../../../engine/table-keys";
import { PolicyError } from "../../../lib/errors";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { findSilentGates, gatesThatDeny } from "../asked-lists";
import { type Entry, entryKey, readEntry, typedUnmatched } from "../entry";
import { concernWords } from "../entry-words";
import { describeProblem } from "../problem-texts";
import type { ListRow } from "../row";
import { classesListed } from "../stack/policy";
import type { AccessListStore } from "../store/access-list";

export function entryFrom(typedText: string): Entry {
  const read = readEntry(typedText);
  if (!read.ok) throw new CommandError(`${shownCell(typedText)} is not an entry: ${describeProblem(read.problem)}.`);
  if (!canBeKey(entryKey(read.entry, "allow"))) {
    throw new CommandError(`The entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key.`);
  }
  return read.entry;
}

/** Throws for a new entry that no sign-up can match. An existing one may be changed. */
export function assertMatchable(typedText: string, key: string): void {
  const problem = typedUnmatched(key);
  if (problem !== undefined) throw new CommandError(`${shownCell(typedText)} is ${describeProblem(problem)}.`);
}

/**
 * Returns the rows that a typed entry may mean, at least one: that exact spelling, the key of an allow and the key of a deny. An unreadable
 * spelling may still be in the list.
 */
export async function rowsMeant(typedText: string, store: AccessListStore): Promise<readonly [Item, ...Item[]]> {
  const read = readEntry(typedText);
  const normalisedKeys = read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [];
  const keys = [...new Set([typedText, typedText.trim(), ...normalisedKeys])].filter((key) => key !== "");
  const [first, ...others] = (await Promise.all(keys.map((key) => store.get(key)))).filter((item) => item !== undefined);
  if (first === undefined)
    throw new CommandError(`The list has no entry ${typedText}${read.ok ? "" : ` (${describeProblem(read.problem)})`}.`);
  return [first, ...others];
}

/** Explains why the row of a class may not count. Undefined if a gate's policy uses that class. */
export function unusedClass(entry: Entry, policyFolders: readonly string[]): string | undefined {
  if (entry.kind !== "class") return undefined;
  const asking = `accessList({ classes: ["${entry.name}"] })`;
  try {
    if (classesListed(policyFolders.flatMap((folder) => loadPolicyFolder(folder))).includes(entry.name)) return undefined;
    return `The row counts only if the policy asks for the class, and this one does not: ${asking}.`;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return `The row counts only if the policy, which could not be loaded, asks for the class: ${asking}.`;
  }
}

/** Returns the gates that ask nobody to approve the people whose entry requires it. Undefined if their policies cannot be loaded. */
export function silentGates({ policy = "policy", gates }: Pick<Deployment, "policy" | "gates">): readonly string[] | undefined {
  const folders = new Map([...(gates.length === 1 ? [] : policyFolders()), [DEFAULT_GATE, policy]]);
  try {
    return findSilentGates(gates, (gate) => loadPolicies(folders.get(gate)));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return undefined;
  }
}

function loadPolicies(folder: string | undefined): readonly Policy[] {
  return folder === undefined ? [] : loadPolicyFolder(folder).map(({ policy }) => policy);
}

/** Says where an approval denies, because no rule asks for one. @param silent the result of `silentGates` */
export function unaskedApproval(
  row: ListRow,
  { gates, silent }: Pick<Deployment, "gates"> & { readonly silent: readonly string[] | undefined },
  now: Date,
): string | undefined {
  if (row.effect !== "approval") return undefined;
  if (silent === undefined) return "The entry denies where no rule asks for approval, and the policy could not be loaded.";
  const denying = gatesThatDeny(row, silent, now);
  return denying.length === 0 ? undefined : concernWords.en.asksNobody(gates.length === 1 ? "" : denying.join(", "));
}
