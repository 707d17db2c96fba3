import type { Stack } from "../../../cli/aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";

export interface DeployOptions extends DeploymentOptions, JsonOption {
  /** The entry to add if the access list is empty. */
  readonly allow?: string;
  /** The addresses to use for Graph and for its sign-in. */
  readonly endpoint?: ReadonlyMap<string, string>;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export interface Deploying {
  readonly options: DeployOptions;
  /** --stack, --region and --profile, for other commands. */
  readonly place: readonly string[];
  readonly isAtTerminal: boolean;
  readonly output: CommandContext["output"];
  /** Reads the stack. Not cached, because an earlier step may have created it. */
  stack(): Promise<Stack | undefined>;
  /** Runs another Gatehouse command, whose output people see. @returns its exit code */
  run(...words: readonly string[]): Promise<number>;
  /** Runs a command, and returns the objects that it prints. */
  read<T>(...words: readonly string[]): Promise<{ readonly exitCode: number; readonly lines: readonly T[] }>;
}

export type Looked =
  | { readonly state: "done" | "skipped"; readonly says: string }
  | { readonly state: "todo"; readonly says: string; make(): Promise<Made> };

export interface Made {
  readonly state: "made" | "skipped" | "findings";
  readonly says: string;
}

/**
 * `look` writes nothing. `look` finds in AWS and Entra what an earlier run has done, so that a new run continues where an interrupted run
 * ended.
 */
export interface DeployStep {
  readonly name: string;
  /** Rejects if the deployment cannot continue; the error's message has the remedy. */
  look(deploying: Deploying): Promise<Looked>;
}
