import type { Use } from "../../engine/sign-up/rule";
import { policyFeatures } from "../../lib/policy-features";

/** Files that features read for a step, besides the policy's imports: absolute paths. @param file the step's own */
export function featureFiles(uses: readonly Use[], file: string): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.files?.(uses, file) ?? []);
}
