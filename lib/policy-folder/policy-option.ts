import { existsSync, realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { appRoot } from "../app-root";
import { loadPolicyFolder, PolicyError, type PolicyStep } from "./policy-folder";
import { isShipped, policyPath } from "./policy-path";
import { checkPolicyTypes } from "./policy-types";

/** Folders whose types have been checked: several Gatehouses may have one policy. */
const checked = new Set<string>();

/** The steps of a policy folder that lies in the app and compiles, or those that were loaded already. Throws PolicyError. */
export function policySteps(policy: string | readonly PolicyStep[]): readonly PolicyStep[] {
  if (typeof policy !== "string") return policy;
  const folder = policyPath(policy);
  if (existsSync(folder) && !isShipped(folder)) assertInApp(policy, realpathSync(folder));
  if (!checked.has(folder)) checkPolicyTypes(folder);
  checked.add(folder);
  return loadPolicyFolder(folder);
}

/** Elsewhere, the policy's imports would find other packages than the app's, or none. */
function assertInApp(policy: string, folder: string): void {
  const below = relative(realpathSync(appRoot), folder);
  if (below !== ".." && !below.startsWith(`..${sep}`) && resolve(below) !== below) return;
  throw new PolicyError(
    `The policy folder ${policy} lies outside the app: move it into ${appRoot}, so that its imports find the app's packages.`,
  );
}
