import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import type { Text } from "../../engine/sign-up/text";
import type { KnownAttributes } from "../attributes-file";

/** One file of a policy folder. */
export interface StepFile {
  readonly step: Step;
  /** Absolute path. */
  readonly file: string;
}

/** A step with its file in the policy folder. */
export interface PolicyStep extends StepFile {
  readonly policy: Policy;
}

/** Returns everything that the rules of a step use, without repetition. Includes shadowed rules. */
export function listStepUses({ policy }: PolicyStep): readonly Use[] {
  return usesOfRules(policy.rules.map(unwrapRule));
}

/** Returns everything that these rules use, without repetition. */
export function usesOfRules(rules: readonly AnyRule[]): readonly Use[] {
  const all = rules.flatMap((rule) => rule.uses ?? []).flatMap(withNeeds);
  return [...new Map(all.map((use) => [JSON.stringify(use), use])).values()];
}

function withNeeds(use: Use): readonly Use[] {
  if ("files" in use) {
    const { hashed: _, ...plain } = use;
    return [plain];
  }
  if (!("service" in use)) return [use];
  const { call: _, needs = [], ...plain } = use;
  return [plain, ...needs];
}

/** Returns the rules that make a step's answer. */
export function answeringRules({ policy }: PolicyStep): readonly AnyRule[] {
  return policy.rules.flatMap((entry) => ("shadow" in entry ? [] : [entry]));
}

/** Returns the rules that run after the answer. */
export function shadowedRules({ policy }: PolicyStep): readonly AnyRule[] {
  return policy.rules.flatMap((entry) => ("shadow" in entry ? [entry.shadow] : []));
}

/** Returns the names of the workers that act on results of the policy's rules. */
export function listWorkers(policy: readonly PolicyStep[]): ReadonlySet<string> {
  return new Set(policy.flatMap(listStepUses).flatMap((use) => ("worker" in use ? [use.worker] : [])));
}

/** Input of a policy's checks. */
export interface PolicyContext<Settings = object> {
  /** The gate that has the policy. @default the unnamed gate */
  readonly gate?: string | undefined;
  readonly addressAttribute?: string | undefined;
  /** Attributes from entra-attributes.ts. Undefined if there is no such file. */
  readonly attributes?: KnownAttributes | undefined;
  /** The app's options. @default none */
  readonly settings?: Settings;
}

/** A feature's part in loading, checking and bundling policies. */
export interface PolicyFeature<Settings = never> {
  /** Position of the feature's warnings among the warnings of all features. @default 50 */
  readonly order?: number;
  /** The feature has routes of these names, so no gate can have them. */
  readonly routes?: readonly string[];
  /** Returns absolute paths of files that a step reads besides its code. `npm start` watches them. @param file the step's own file */
  files?(uses: readonly Use[], file: string): readonly string[];
  /** Completes a step when it loads. Throws PolicyError. */
  complete?(step: PolicyStep): void;
  /** Throws PolicyError for steps of a folder that do not fit together. */
  check?(steps: readonly PolicyStep[]): void;
  /** Throws PolicyError if the policies of the gates do not fit together. */
  checkGates?(gates: readonly { readonly policy: readonly PolicyStep[] }[]): void;
  /** Returns probable mistakes, one sentence each. */
  warns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** Returns probable mistakes that only synth shows, one sentence each. */
  synthWarns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** Returns faults, one sentence each. */
  faults?(steps: readonly PolicyStep[], settings: Settings): readonly string[];
  /** Returns the given texts of mail, by name, together with the texts that the steps add. */
  mailTexts?(steps: readonly PolicyStep[], texts: Readonly<Record<string, Text>>): Readonly<Record<string, Text>>;
  /** Returns the constants in a bundle with these rules: expression -> JSON. */
  defines?(rules: readonly AnyRule[]): Readonly<Record<string, string>>;
  /**
   * Returns further constants for an answering function: expression -> JSON. With them, the function's bundle leaves out data that no rule
   * names.
   */
  answerDefines?(rules: readonly AnyRule[], step: StepFile): Readonly<Record<string, string>>;
}
