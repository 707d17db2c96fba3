import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Use } from "../../engine/sign-up/rule";
import { answeringRules, type PolicyStep, type StepFile, shadowedRules, usesOfRules } from "../policy-folder/policy-folder";
import type { BundleOptions } from "../resources/bundle";
import { isServedLocally } from "../served-locally";
import { shadowBundle, stepBundle } from "./step-bundle";

/** The metadata of a function's resource that says which policy it is made from. */
export const SERVED_POLICY = "gatehouse:policy";

/** What a function is made from, as the local runner builds it anew once the file is saved. */
export interface ServedPolicy extends StepFile {
  /** The file of `lambda/`, or "shadow" for the one that asks shadowed rules. */
  readonly entry: string;
  /** What it may touch. */
  readonly uses: readonly Use[];
}

/** Marks a function with the policy that it is made from, for the local runner alone. */
export function markServedPolicy(lambda: LambdaFunction, policyStep: PolicyStep, entry: string): void {
  if (!isServedLocally(lambda)) return;
  const { step, file } = policyStep;
  const marked: ServedPolicy = { step, file, entry, uses: usesAtEntry(policyStep, entry) };
  (lambda.node.defaultChild as CfnFunction).addMetadata(SERVED_POLICY, marked);
}

/** What the function of that entry may touch. */
export function usesAtEntry(policyStep: PolicyStep, entry: string): readonly Use[] {
  return usesOfRules(entry === "shadow" ? shadowedRules(policyStep) : answeringRules(policyStep));
}

/** What it is built from. */
export function bundleOf(policyStep: PolicyStep, entry: string): BundleOptions {
  return entry === "shadow" ? shadowBundle(policyStep) : stepBundle(policyStep, entry);
}
