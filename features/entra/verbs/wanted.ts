import type { Deployment } from "../../../cli/deployment";
import { policyFolderFor } from "../../../cli/policy-folders";
import { ANY_ATTRIBUTE } from "../../../engine/sign-up/checks";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { expiryIn, restsOnTokens } from "../../expiry/expiry";
import type { EntraOptions } from "./options";

export function namePrefix({ stack, gate }: Pick<EntraOptions, "stack" | "gate">): string {
  return gate === undefined || gate === DEFAULT_GATE ? stack : `${stack} ${gate}`;
}

/**
 * Returns a function from steps to the attributes that their rules set; `ANY_ATTRIBUTE` if a rule may set any.
 * @throws PolicyError if the policy cannot be read
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

/** True if access ends without sign-ins, and only tokens tell of them. Throws PolicyError if the policy cannot be read. */
export function endsByTokens({ policy: deployedFolder }: Deployment, options: EntraOptions): boolean {
  const folder = loadPolicyFolder(policyFolderFor(options, deployedFolder));
  return restsOnTokens(expiryIn(folder.flatMap(({ policy }) => policy.rules.flatMap((rule) => ("shadow" in rule ? [] : rule)))) ?? {});
}

export function namedIn(sets: readonly string[]): readonly string[] {
  return sets.filter((name) => name !== ANY_ATTRIBUTE);
}

/**
 * Returns a note if a rule may set any attribute: a person has to decide which attributes the flow collects.
 * @param collect the admin center's verb, such as "tick"
 */
export function anyAttributeNotes(sets: readonly string[], collect: string): readonly string[] {
  if (!sets.includes(ANY_ATTRIBUTE)) return [];
  return [`A rule may set any attribute: ${collect} those that it returns under User attributes, or name them in the rule's only.`];
}
