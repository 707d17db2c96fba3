import type { Use } from "../../engine/sign-up/rule";
import { policyFeatures } from "../../lib/policy-features";

/** The files that features read for a step, beside what its policy imports: absolute. @param file the step's own */
export function featureFiles(uses: readonly Use[], file: string): readonly string[] {
  return policyFeatures.flatMap((feature) => feature.files?.(uses, file) ?? []);
}
