import type { Use } from "../../engine/sign-up/rule";
import { policyFeatures } from "../../lib/policy-features";

/** Returns the absolute paths of files that features read for a step, besides the policy's imports. @param file the step's own file */
export function featureFiles(uses: readonly Use[], file: string): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.files?.(uses, file) ?? []);
}
