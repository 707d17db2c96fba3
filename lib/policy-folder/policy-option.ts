import { existsSync } from "node:fs";
import { liesInApp, outsideApp } from "./in-app";
import { loadPolicyFolder, PolicyError, type PolicyStep } from "./policy-folder";
import { isShipped, policyPath } from "./policy-path";
import { checkPolicyTypes } from "./policy-types";

/** Folders whose types have been checked: several Gatehouses may have one policy. */
const checked = new Set<string>();

/** The steps of a policy folder that lies in the app and compiles, or those that were loaded already. Throws PolicyError. */
export function policySteps(policy: string | readonly PolicyStep[]): readonly PolicyStep[] {
  if (typeof policy !== "string") return policy;
  const folder = policyPath(policy);
  if (existsSync(folder) && !isShipped(folder) && !liesInApp(folder)) throw new PolicyError(outsideApp(policy));
  if (!checked.has(folder)) checkPolicyTypes(folder);
  checked.add(folder);
  return loadPolicyFolder(folder);
}
