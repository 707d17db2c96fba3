import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Policy, ruleOf } from "../lambda/sign-up/policy";
import type { Use } from "../lambda/sign-up/rule";
import { type Step, steps } from "../lambda/sign-up/sign-up";

/** One step that the policy folder has a file for. */
export interface PolicyStep {
  readonly step: Step;
  /** Absolute path of its file. */
  readonly file: string;
  readonly policy: Policy;
}

/** The folder cannot be used; the message says which file, where in it, and why. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}

/** The root of this project, to which policy folders are relative. */
export const projectRoot = resolve(__dirname, "..");

/** Loads each step's file. Throws PolicyError, never another error. */
export function loadPolicyFolder(folder: string): readonly PolicyStep[] {
  const path = resolve(projectRoot, folder);
  if (!existsSync(path) || !statSync(path).isDirectory()) throw new PolicyError(`There is no policy folder ${folder}.`);
  const found = steps.flatMap((step): PolicyStep[] => {
    const file = join(path, `${step}.ts`);
    return existsSync(file) ? [{ step, file, policy: loadPolicy(step, file) }] : [];
  });
  if (found.length === 0) {
    throw new PolicyError(`The policy folder ${folder} has no step: it needs ${steps.map((step) => `${step}.ts`).join(" or ")}.`);
  }
  return found;
}

function loadPolicy(step: Step, file: string): Policy {
  let exported: unknown;
  try {
    exported = (require(file) as { default?: unknown }).default;
  } catch (error) {
    throw new PolicyError(explained(file, error), { cause: error });
  }
  const policy = exported as Partial<Policy> | undefined;
  const make = step === "after-sign-in" ? "afterSignIn" : "beforeCreateUser";
  if (typeof policy !== "object" || policy === null || !Array.isArray(policy.rules)) {
    throw new PolicyError(`${file}: it has to export default ${make}([…]).`);
  }
  if (policy.step !== step) throw new PolicyError(`${file}: it exports the policy for ${policy.step}; use ${make}([…]) here.`);
  return policy as Policy;
}

/** File, line and reason, as far as the error knows them. */
function explained(file: string, error: unknown): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  const line = (error.stack ?? "").split("\n").find((frame) => frame.includes(file));
  const place = line?.slice(line.indexOf(file)).match(/^.*?:\d+(:\d+)?/)?.[0] ?? file;
  return error.message.includes(file) ? error.message : `${place}: ${error.message}`;
}

/** Everything that the rules of a step use, each once. */
export function usesOf({ policy }: PolicyStep): readonly Use[] {
  const all = policy.rules.flatMap((entry) => ruleOf(entry).uses ?? []);
  return [...new Map(all.map((use) => [JSON.stringify(use), use])).values()];
}

/** What looks like a mistake, in a sentence each. */
export function policyWarnings(found: readonly PolicyStep[]): readonly string[] {
  const at = (step: Step) => found.find((each) => each.step === step);
  const first = at("after-sign-in");
  const last = at("before-create-user");
  const hasList = (each: PolicyStep | undefined) =>
    each?.policy.rules.some((entry) => ruleOf(entry).name === "access-list" && !("shadow" in entry));
  return [
    ...(hasList(first) && !hasList(last)
      ? ["The access list is used only after sign-in. Local accounts skip that step: use it before-create-user too."]
      : []),
    ...(last === undefined ? ["There is no before-create-user step: whoever skips the first step is not checked at all."] : []),
    ...found.flatMap((each) => [...nobodyRefused(each), ...slowBeforeCheap(each)]),
  ];
}

function nobodyRefused({ step, policy }: PolicyStep): readonly string[] {
  return policy.rules.some((entry) => !("shadow" in entry) && ruleOf(entry).decide !== undefined)
    ? []
    : [`No rule of ${step} can refuse anyone.`];
}

function slowBeforeCheap({ step, policy }: PolicyStep): readonly string[] {
  const slow = policy.rules.findIndex((entry) => ruleOf(entry).uses?.some((use) => "service" in use));
  const cheap = policy.rules.findLastIndex((entry) => {
    const rule = ruleOf(entry);
    return rule.decide !== undefined && !rule.uses?.some((use) => "service" in use);
  });
  if (slow < 0 || cheap < slow) return [];
  const name = (index: number) => ruleOf(policy.rules[index] as Policy["rules"][number]).name;
  return [`In ${step}, ${name(slow)} calls a system outside before ${name(cheap)} has had its cheaper say: put it last.`];
}
