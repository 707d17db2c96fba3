import { dataDefines } from "../policy-folder/bundled-data";
import { answeringRules, type PolicyStep, shadowedRules } from "../policy-folder/policy-folder";
import { type BundleOptions, sourceFile } from "../resources/bundle";
import { bundleHashOf } from "../resources/gatehouse-function";

/** What the code of a function that answers at a step is made of. @param entry the file of `lambda/` */
export function stepBundle(policyStep: PolicyStep, entry: string): BundleOptions {
  const { step, file } = policyStep;
  const hasShadows = shadowedRules(policyStep).length > 0;
  return {
    entry: sourceFile("lambda", entry),
    aliases: { [`#policy/${step}`]: file },
    define: {
      ...dataDefines(answeringRules(policyStep)),
      "process.env.GATEHOUSE_SHADOWS": JSON.stringify(hasShadows ? "present" : "absent"),
    },
  };
}

/** The same of the function that asks a step's shadowed rules. */
export function shadowBundle(policyStep: PolicyStep): BundleOptions {
  const { step, file } = policyStep;
  return {
    entry: sourceFile("lambda", `shadow-${step}`),
    aliases: { [`#policy/${step}`]: file },
    define: dataDefines(shadowedRules(policyStep)),
  };
}

/** The POLICY_VERSION that a step's function would have if it were deployed as the policy stands. */
export function policyVersion(policyStep: PolicyStep): string {
  return bundleHashOf(stepBundle(policyStep, policyStep.step));
}
