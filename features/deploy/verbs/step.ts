import type { Stack } from "../../../cli/aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";

export interface DeployOptions extends DeploymentOptions, JsonOption {
  /** The first entry of the access list. */
  readonly allow?: string;
  /** Addresses of Graph and its sign-in. */
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
  /** Reads the stack again each time: an earlier step may have created it. */
  stack(): Promise<Stack | undefined>;
  /** Runs another Gatehouse command; people see its output. @returns its exit code */
  run(...words: readonly string[]): Promise<number>;
  /** Runs a command, and returns the objects that it prints. */
  read<T>(...words: readonly string[]): Promise<{ readonly exitCode: number; readonly lines: readonly T[] }>;
}

/** A step's finding: nothing to do, or work. */
export type Looked =
  | { readonly state: "done" | "skipped"; readonly says: string }
  | { readonly state: "todo"; readonly says: string; make(): Promise<Made> };

export interface Made {
  readonly state: "made" | "skipped" | "findings";
  readonly says: string;
}

/**
 * One requirement of a deployment. `look` writes nothing. It finds the results of an earlier run in AWS and Entra, so that a new run
 * continues an interrupted one.
 */
export interface DeployStep {
  readonly name: string;
  /** Checks the requirement. Rejects if nothing can continue; the message has the remedy. */
  look(deploying: Deploying): Promise<Looked>;
}
