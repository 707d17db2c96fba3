import type { ServedPolicy } from "../../lib/sign-up/step-bundle";

/** What a builder is to build: the functions of the policy files that were saved. */
export interface BuildOrder {
  readonly functions: readonly ServedPolicy[];
  /** Folder of this build; each function gets one in it, by its place in the list. */
  readonly outDir: string;
}

export type BuildResult =
  | { readonly ok: true; readonly functions: readonly BuiltFunction[] }
  /** Why the policy cannot be used, with file and line. */
  | { readonly ok: false; readonly problem: string };

export interface BuiltFunction {
  /** index.js, absolute. */
  readonly file: string;
  readonly version: string;
  /** What the rules use now and did not at the start, in words. */
  readonly missing: readonly string[];
}
