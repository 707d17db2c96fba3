import type { AnyRule, Use } from "../../engine/sign-up/rule";
import type { Text } from "../../engine/sign-up/text";
import type { KnownAttributes } from "../attributes-file";
import type { PolicyStep, StepFile } from "./policy-step";

/** What a policy is held against. */
export interface PolicyContext<Settings = object> {
  /** The gate whose policy it is. @default the one without a name */
  readonly gate?: string | undefined;
  readonly addressAttribute?: string | undefined;
  /** What entra-attributes.ts says, where there is one. */
  readonly attributes?: KnownAttributes | undefined;
  /** The options of the app. @default none */
  readonly settings?: Settings;
}

/** What a feature does about policies: as they load, when they are checked, and in the bundles of their functions. Each stands in `../policy-features.ts`. */
export interface PolicyFeature<Settings = never> {
  /** Names that no gate can have: the feature's routes stand there. */
  readonly routes?: readonly string[];
  /** What it reads for a step beside the code: absolute paths. `npm start` builds the step again when one is saved. @param file the step's own */
  files?(uses: readonly Use[], file: string): readonly string[];
  /** Completes a step as it loads. Throws PolicyError. */
  complete?(step: PolicyStep): void;
  /** Throws PolicyError for steps of a folder that do not go together. */
  check?(steps: readonly PolicyStep[]): void;
  /** Throws PolicyError for gates that do not go together. */
  checkGates?(gates: readonly { readonly policy: readonly PolicyStep[] }[]): void;
  /** What looks like a mistake, in a sentence each. */
  warns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** The same of what only synth tells. */
  synthWarns?(steps: readonly PolicyStep[], context: PolicyContext<Settings>): readonly string[];
  /** What cannot work, in a sentence each. */
  faults?(steps: readonly PolicyStep[], settings: Settings): readonly string[];
  /** Texts of mail by their names, with those that policies add. */
  mailTexts?(steps: readonly PolicyStep[], texts: Readonly<Record<string, Text>>): Readonly<Record<string, Text>>;
  /** What a bundle of these rules replaces: expression -> JSON. */
  defines?(rules: readonly AnyRule[]): Readonly<Record<string, string>>;
  /** The same for a function that answers: it knows nothing of what its rules do not name. */
  answerDefines?(rules: readonly AnyRule[], step: StepFile): Readonly<Record<string, string>>;
}
