import { relative } from "node:path";
import { type Step, steps } from "../engine/sign-up/sign-up";
import { appRoot } from "../lib/app-root";
import { policyPath } from "../lib/policy-folder/policy-files";
import type { PolicyStep } from "../lib/policy-folder/policy-folder";
import { policyVersion } from "../lib/sign-up/step-bundle";
import type { GateOption } from "./command";
import type { Deployment } from "./deployment";
import { namedGate } from "./gates";
import { policyFolders } from "./policy-folders";

/** A version is undefined if it does not exist. */
export interface StepVersions {
  readonly step: Step;
  readonly here: string | undefined;
  readonly deployed: string | undefined;
}

export interface PolicyStatus {
  readonly is: "deployed" | "different" | "unknown";
  /** The versions of each step. Empty if the comparison did not build the steps. */
  readonly steps: readonly StepVersions[];
  /** One sentence for each difference, or the reason if `is` is "unknown". */
  readonly differences: readonly string[];
}

interface Compared extends GateOption {
  readonly folder: string;
  readonly step?: Step | undefined;
}

/** @param policy the steps in the compared folder */
export function policyStatus(policy: readonly PolicyStep[], comparison: Compared, deployment: Deployment): PolicyStatus {
  const name = toAppPath(comparison.folder);
  if (deployment.policy !== undefined) return runningStatus(name, comparison, deployment.policy);
  const { policyVersions } = deployment;
  if (policyVersions === undefined)
    return unknown(
      `An older version of Gatehouse deployed the stack, so it is not known before the next deployment whether ${name} is the deployed policy.`,
    );
  const here = computePolicyVersions(policy);
  if ("failure" in here)
    return unknown(`It is not known whether ${name} is the deployed policy, because it cannot be built: ${here.failure}`);
  const all = steps
    .filter((step) => comparison.step === undefined || comparison.step === step)
    .map((step): StepVersions => ({ step, here: here.get(step), deployed: policyVersions[step] }))
    .filter((each) => each.here !== undefined || each.deployed !== undefined);
  const differences = all.flatMap((each) => difference(each, name));
  return { is: differences.length === 0 ? "deployed" : "different", steps: all, differences };
}

function toAppPath(folder: string): string {
  return relative(appRoot, policyPath(folder)) || ".";
}

/** npm start always serves the current files of its folders, so only the folders' names are compared. */
function runningStatus(name: string, options: GateOption, unnamedText: string): PolicyStatus {
  const gate = namedGate(options);
  const running = gate === undefined ? unnamedText : policyFolders().get(gate);
  if (running === undefined) return unknown(`It is not known which policy npm start runs at the gate ${gate}: settings.ts names none.`);
  if (name === toAppPath(running)) return { is: "deployed", steps: [], differences: [] };
  return { is: "different", steps: [], differences: [`npm start runs ${toAppPath(running)}, not ${name}.`] };
}

function unknown(why: string): PolicyStatus {
  return { is: "unknown", steps: [], differences: [why] };
}

function computePolicyVersions(policy: readonly PolicyStep[]): ReadonlyMap<Step, string> | { readonly failure: string } {
  try {
    return new Map(policy.map((each) => [each.step, policyVersion(each)]));
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function difference({ step, here, deployed }: StepVersions, folder: string): readonly string[] {
  if (here === deployed) return [];
  const file = `${folder}/${step}.ts`;
  if (here === undefined) return [`${step}: ${deployed} is deployed, and there is no ${file}.`];
  if (deployed === undefined) return [`${step}: ${file} is ${here}, and nothing is deployed.`];
  return [`${step}: ${file} is ${here}, and ${deployed} is deployed.`];
}
