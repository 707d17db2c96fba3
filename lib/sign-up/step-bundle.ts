import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { countingRows } from "../../features/counting-rows";
import { answeringRules, type PolicyStep, policyFeatures, type StepFile, shadowedRules, usesOfRules } from "../policy-folder/policy-folder";
import { type BundleOptions, sourceFile } from "../resources/bundle";
import { computeBundleHash } from "../resources/gatehouse-function";
import { isServedLocally, SERVED_POLICY, type ServedPolicy } from "../stage";

/** The entry of the function that answers at before-sending-token and reads accounts from the directory. */
export const DIRECTORY_ENTRY = "token-issuance-start-directory";

/** The files in `lambda/` that may answer at a step, for any caller. */
export const stepEntries: Readonly<Record<Step, readonly string[]>> = {
  "after-sign-in": ["after-sign-in", "attribute-collection-start"],
  "before-create-user": ["before-create-user", "attribute-collection-submit"],
  "before-sending-token": ["before-sending-token", "token-issuance-start", DIRECTORY_ENTRY],
};

/** @param entry the file in `lambda/` */
export function stepBundle(policyStep: PolicyStep, entry: string): BundleOptions {
  const { step, file } = policyStep;
  const hasShadows = shadowedRules(policyStep).length > 0;
  const uses = usesAtEntry(policyStep, entry);
  const readsEdited = uses.some((use) => "table" in use && use.table in countingRows);
  const reachesOutside = uses.some((use) => "secret" in use || "service" in use);
  const needs = readsEdited || reachesOutside || hasShadows ? "step-needs" : "no-step-needs";
  return {
    entry: sourceFile("lambda", entry),
    policy: file,
    aliases: {
      [`#policy/${step}`]: file,
      "#step-needs": sourceFile("features", needs),
    },
    define: {
      ...stepDefines(answeringRules(policyStep), policyStep),
      "process.env.GATEHOUSE_EDITED_ROWS": JSON.stringify(readsEdited || hasShadows ? "present" : "absent"),
      "process.env.GATEHOUSE_SHADOWS": JSON.stringify(hasShadows ? "present" : "absent"),
    },
  };
}

/** Returns the bundle of the function that runs a step's shadowed rules. */
export function shadowBundle(policyStep: PolicyStep): BundleOptions {
  const { step, file } = policyStep;
  return {
    entry: sourceFile("lambda", `shadow-${step}`),
    policy: file,
    aliases: { [`#policy/${step}`]: file },
    define: stepDefines(shadowedRules(policyStep), policyStep),
  };
}

/** Returns constants for the bundle, which then leaves out data that no rule uses: unused data would slow every cold start. */
function stepDefines(rules: readonly AnyRule[], step: StepFile): Readonly<Record<string, string>> {
  const suffixes = usesOfRules(rules).flatMap((use) => ("suffix" in use ? [use.suffix] : []));
  return {
    ...rulesDefines(rules),
    GATEHOUSE_SUFFIXES: JSON.stringify(suffixes.join(" ")),
    ...Object.assign({}, ...policyFeatures.map((feature) => feature.answerDefines?.(rules, step))),
    GATEHOUSE_STEP: JSON.stringify(step.step),
    // The policy's options were checked when it was loaded.
    GATEHOUSE_OPTIONS: '"checked"',
  };
}

/** Returns constants, and the values that replace them in bundles of these rules. */
export function rulesDefines(rules: readonly AnyRule[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...policyFeatures.map((feature) => feature.defines?.(rules)));
}

/** Returns the POLICY_VERSION that a deployment would give a step's function now. */
export function policyVersion(policyStep: PolicyStep): string {
  return computeBundleHash(stepBundle(policyStep, policyStep.step));
}

/** Adds a ServedPolicy to the metadata of the function's resource. Does so only under the local runner. */
export function markServedPolicy(lambda: LambdaFunction, policyStep: PolicyStep, entry: string): void {
  if (!isServedLocally(lambda)) return;
  const { step, file } = policyStep;
  // A worker's settings may hold functions, which a template cannot.
  const uses: ServedPolicy["uses"] = JSON.parse(JSON.stringify(usesAtEntry(policyStep, entry)));
  const servedPolicy: ServedPolicy = { step, file, entry, uses };
  (lambda.node.defaultChild as CfnFunction).addMetadata(SERVED_POLICY, servedPolicy);
}

/** Returns the resources that an entry's function may use. */
export function usesAtEntry(policyStep: PolicyStep, entry: string): readonly Use[] {
  return usesOfRules(entry === "shadow" ? shadowedRules(policyStep) : answeringRules(policyStep));
}

export function chooseBundle(policyStep: PolicyStep, entry: string): BundleOptions {
  return entry === "shadow" ? shadowBundle(policyStep) : stepBundle(policyStep, entry);
}
