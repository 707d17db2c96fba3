import type { Stack } from "../../../cli/aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";

export interface DeployOptions extends DeploymentOptions, JsonOption {
  /** The first entry of the access list. */
  readonly allow?: string;
  /** Where Graph and its sign-in are. */
  readonly endpoint?: ReadonlyMap<string, string>;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Shared by the steps. */
export interface Deploying {
  readonly options: DeployOptions;
  /** --stack, --region and --profile, for other commands. */
  readonly place: readonly string[];
  readonly isAtTerminal: boolean;
  readonly output: CommandContext["output"];
  /** Read anew: an earlier step may have made it. */
  stack(): Promise<Stack | undefined>;
  /** Runs another command of ours; people see what it prints. @returns its exit code */
  run(...words: readonly string[]): Promise<number>;
  /** The same, for the objects that it prints. */
  read<T>(...words: readonly string[]): Promise<{ readonly exitCode: number; readonly lines: readonly T[] }>;
}

/** A step's finding: nothing to do, or work. */
export type Looked =
  | { readonly state: "done" | "skipped"; readonly says: string }
  | { readonly state: "todo"; readonly says: string; make(): Promise<Made> };

/** The result. */
export interface Made {
  readonly state: "made" | "skipped" | "findings";
  readonly says: string;
}

/**
 * One thing that a deployment needs. Looking writes nothing, and finds in AWS and Entra what an earlier run has done: a deployment
 * that ended half-way goes on where it stopped.
 */
export interface DeployStep {
  readonly name: string;
  /** Rejects where nothing can go on; the message says the way out. */
  look(deploying: Deploying): Promise<Looked>;
}
