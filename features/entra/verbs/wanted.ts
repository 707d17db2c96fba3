import type { Deployment } from "../../../cli/deployment";
import { policyFolderFor } from "../../../cli/policy-folders";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { EntraOptions } from "./options";

/** Returns the prefix of the names of all of a gate's objects. */
export function namePrefix({ stack, gate }: Pick<EntraOptions, "stack" | "gate">): string {
  return gate === undefined || gate === DEFAULT_GATE ? stack : `${stack} ${gate}`;
}

/**
 * Reads a gate's policy. Throws PolicyError if that fails.
 * @returns a function that takes steps, and returns the short names of the attributes that the rules of these steps set. If a rule may set
 * any attribute, the names include `ANY_ATTRIBUTE`
 */
export function setByRules(
  { policy: deployedFolder }: Deployment,
  options: EntraOptions,
): (...steps: readonly Step[]) => readonly string[] {
  const folder = loadPolicyFolder(policyFolderFor(options, deployedFolder));
  return (...steps) => {
    const rules = folder.flatMap(({ step, policy }) => (steps.includes(step) ? policy.rules : []));
    return [...new Set(rules.flatMap((rule) => ("shadow" in rule ? [] : (rule.sets ?? []))))];
  };
}

/** Returns the names without `ANY_ATTRIBUTE`. */
export function namedIn(sets: readonly string[]): readonly string[] {
  return sets.filter((name) => name !== ANY_ATTRIBUTE);
}

/**
 * If a rule may set any attribute, returns a note: a person has to decide which attributes the flow collects.
 * @param collect the verb for collecting an attribute in the admin center
 */
export function anyAttributeNotes(sets: readonly string[], collect: string): readonly string[] {
  if (!sets.includes(ANY_ATTRIBUTE)) return [];
  return [`A rule may set any attribute: ${collect} those that it returns under User attributes, or name them in the rule's only.`];
}
