import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { Text } from "../../engine/sign-up/text";
import type { KnownAttributes } from "../attributes-file";
import type { PolicyStep, StepFile } from "./policy-step";

/** Input of a policy's checks. */
export interface PolicyContext<Settings = object> {
  /** The gate whose policy it is. @default the one without a name */
  readonly gate?: string | undefined;
  readonly addressAttribute?: string | undefined;
  /** From entra-attributes.ts, if there is one. */
  readonly attributes?: KnownAttributes | undefined;
  /** The options of the app. @default none */
  readonly settings?: Settings;
}

/** A feature's part in policies: as they load, in their checks, and in bundles. Each stands in `../policy-features.ts`. */
export interface PolicyFeature<Settings = never> {
  /** Its place among the warnings. @default 50 */
  readonly place?: number;
  /** Names that no gate can have: the feature's routes stand there. */
  readonly routes?: readonly string[];
  /** Absolute paths that a step reads besides its code. `npm start` rebuilds the step if one is saved. @param file the step's own */
  files?(uses: readonly Use[], file: string): readonly string[];
  /** Completes a step as it loads. Throws PolicyError. */
  complete?(step: PolicyStep): void;
  /** Throws PolicyError for steps of a folder that do not go together. */
  check?(steps: readonly PolicyStep[]): void;
  /** Throws PolicyError for gates that do not go together. */
  checkGates?(gates: readonly { readonly policy: readonly PolicyStep[] }[]): void;
  /** Likely mistakes, in a sentence each. */
  warns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** The same of what only synth tells. */
  synthWarns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** Faults, in a sentence each. */
  faults?(steps: readonly PolicyStep[], settings: Settings): readonly string[];
  /** Texts of mail by their names, with those that policies add. */
  mailTexts?(steps: readonly PolicyStep[], texts: Readonly<Record<string, Text>>): Readonly<Record<string, Text>>;
  /** Constants that a bundle of these rules replaces: expression -> JSON. */
  defines?(rules: readonly AnyRule[]): Readonly<Record<string, string>>;
  /** The same for a function that answers: it knows nothing of what its rules do not name. */
  answerDefines?(rules: readonly AnyRule[], step: StepFile): Readonly<Record<string, string>>;
}
