import type { ExitCode } from "./exit-code";
import type { Output } from "./output";

/** One run of the program. */
export interface CommandContext {
  readonly output: Output;
  /** The code to end with; a command that does not set it has done its work. */
  exitCode: ExitCode;
}
