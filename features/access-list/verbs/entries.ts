import type { Item } from "../../../adapters/tables/item";
import { CommandError } from "../../../cli/failure";
import { shownCell } from "../../../engine/files/shown-cell";
import { canBeKey, MAX_PARTITION_KEY_BYTES } from "../../../engine/sign-up/key-sizes";
import { haveStepsPeopleWait } from "../../../engine/sign-up/waiting";
import { PolicyError } from "../../../lib/policy-folder/policy-error";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { ListEffect } from "../effect";
import { type Entry, entryKey, readEntry } from "../entry";
import { describeProblem } from "../problem-texts";
import { classesListed } from "../stack/access-list-policy";
import type { AccessListStore } from "../store/access-list";
import { typedUnmatched } from "../unmatched";

export function entryFrom(typed: string): Entry {
  const read = readEntry(typed);
  if (!read.ok) throw new CommandError(`${shownCell(typed)} is not an entry: ${describeProblem(read.problem)}.`);
  if (!canBeKey(entryKey(read.entry, "allow"))) {
    throw new CommandError(`The entry is longer than the ${MAX_PARTITION_KEY_BYTES} bytes that DynamoDB takes for a key.`);
  }
  return read.entry;
}

/** Refuses a new entry that no sign-up can match. One that is there may be changed. */
export function assertMatchable(typed: string, key: string): void {
  const problem = typedUnmatched(key);
  if (problem !== undefined) throw new CommandError(`${shownCell(typed)} is ${describeProblem(problem)}.`);
}

/**
 * Returns the rows that a typed entry may mean, at least one: that exact spelling, the key of an allow and the key of a deny. An unreadable
 * spelling may still be in the list.
 */
export async function rowsMeant(typed: string, store: AccessListStore): Promise<readonly [Item, ...Item[]]> {
  const read = readEntry(typed);
  const normalised = read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [];
  const keys = [...new Set([typed, typed.trim(), ...normalised])].filter((key) => key !== "");
  const [first, ...others] = (await Promise.all(keys.map((key) => store.get(key)))).filter((item) => item !== undefined);
  if (first === undefined) throw new CommandError(`The list has no entry ${typed}${read.ok ? "" : ` (${describeProblem(read.problem)})`}.`);
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

/** Says where an approval denies, because no rule asks for one. Undefined if each gate's policy asks. */
export function unaskedApproval(effect: ListEffect, policyFolders: readonly string[]): string | undefined {
  if (effect !== "approval") return undefined;
  try {
    const silent = policyFolders.filter((folder) => !haveStepsPeopleWait(loadPolicyFolder(folder).map(({ policy }) => policy)));
    if (silent.length === 0) return undefined;
    return `No rule after accessList in before-create-user asks for approval: there the entry denies (${silent.join(", ")}).`;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return "The entry denies where no rule asks for approval, and the policy could not be loaded.";
  }
}
