import type { Concern } from "../../engine/access-list/concern";
import type { Entry } from "../../engine/access-list/entry";
import { concernWords } from "../../engine/messages/operator/entries";
import { loadPolicyFolder, PolicyError, usesOf } from "../../lib/policy-folder/policy-folder";

/** A concern as the command line says it. */
export function concernText({ code, about }: Concern): string {
  return concernWords.en[code](about);
}

/** Why the row of a class may count for nothing; undefined where a gate's policy asks for that class. */
export function unusedClass(entry: Entry, policyFolders: readonly string[]): string | undefined {
  if (entry.kind !== "class") return undefined;
  const asking = `accessList({ classes: ["${entry.name}"] })`;
  try {
    const uses = policyFolders.flatMap((folder) => loadPolicyFolder(folder)).flatMap(usesOf);
    if (uses.some((use) => "data" in use && use.data === entry.name)) return undefined;
    return `The row counts only if the policy asks for the class, and this one does not: ${asking}.`;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return `The row counts only if the policy, which could not be loaded, asks for the class: ${asking}.`;
  }
}
