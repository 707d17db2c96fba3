import type { Command } from "commander";

export const stepChoices = ["after-sign-in", "before-create-user", "both"] as const;

/** How commands that play Entra are told whom to call. */
export interface TargetOptions {
  readonly local?: boolean;
  readonly data?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly step?: (typeof stepChoices)[number];
}

/** The options of every command that plays Entra. */
export function withTarget(command: Command): Command {
  return command
    .option("--local", "use a running npm start")
    .option("--data <dir>", "with --local: the data folder given to npm start")
    .option("--username <name>", "the connector's user name (default: the variable GATEHOUSE_USERNAME)")
    .option("--password-stdin", "read the connector's password from standard input (default: the variable GATEHOUSE_PASSWORD)");
}
