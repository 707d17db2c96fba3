import type { Rule } from "./sign-up/rule";
import type { Step } from "./sign-up/sign-up";
import type { Source } from "./sign-up/source";

/** Facts about a rule for docs and checks, in a file beside the rule. */
export interface AboutRule {
  /** The rule's place in the docs. Rules with equal places are ordered by the names of their features. @default 50 */
  readonly order?: number;
  /** The name under which a policy imports the rule. */
  readonly export: string;
  /** The path of the rule's module, from the project's folder. */
  readonly module: string;
  /** Other exports of the rule's folder for policies: sources and functions that rules take. */
  readonly helpers?: readonly string[];
  /** An example for the docs. */
  readonly written: string;
  /** A sentence of Markdown for the docs: what the rule does. */
  readonly does: string;
  /** The steps at which a policy with the rule compiles. */
  readonly steps: readonly Step[];
  /** Codes with which the rule stops a sign-up. Each has its text in a catalogue or in `allRuleTexts`. */
  readonly reasons: readonly string[];
  readonly findings: readonly string[];
  /**
   * The rule with every option that adds to its `uses` or `asks`. If the rule takes a source or vendor, it gets one whose `uses` is empty.
   */
  readonly fullest: Rule<Step> | Rule | Rule<"before-create-user">;
}

export const allSteps = ["after-sign-in", "before-create-user", "before-sending-token"] as const satisfies readonly Step[];
export const bothSteps = ["after-sign-in", "before-create-user"] as const satisfies readonly Step[];
export const beforeCreation = ["before-create-user"] as const satisfies readonly Step[];

export const anySource: Source = { name: "source", uses: [], asks: [], byAddress: true, find: () => undefined };

type StepsOf<R> = R extends Rule<Step> ? typeof allSteps : R extends Rule ? typeof bothSteps : typeof beforeCreation;

/** The `export` of each rule whose `steps` are not exactly those that the type of `fullest` permits. */
export type Misplaced<R extends AboutRule> = R extends AboutRule ? (R["steps"] extends StepsOf<R["fullest"]> ? never : R["export"]) : never;
