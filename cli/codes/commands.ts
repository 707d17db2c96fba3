import type { Command } from "commander";
import { type CommandContext, wholeNumberOption, withDeployment, withExamples } from "../command";

/** `entra-gatehouse codes`: its code is loaded when it runs. */
export function register(codes: Command, session: CommandContext): void {
  const command = withDeployment(codes.command("create")).summary("create invitation codes");
  withExamples(command, [
    "codes create extension_InvitationCode --count 500 --expires 2027-01-31 --out codes.csv",
    "codes create extension_InvitationCode --count 20 --note 'spring fair' --prefix FAIR",
  ])
    .description(
      'Creates random codes in a list of the reference data, and writes them as CSV to a file or to standard output.\nThe policy lets each be used once: permittedValue("extension_InvitationCode", { uses: 1 }).',
    )
    .argument("<list>", "the attribute's short name, or the list that the rule names")
    .requiredOption("--count <number>", "how many, at most 100,000", wholeNumberOption)
    .option("--expires <time>", "2027-01-31 (to the end of that day, UTC), 2027-01-31T18:00Z or epoch seconds")
    .option("--note <text>", "why, for people who read the list")
    .option("--prefix <text>", "what each begins with, capital letters and digits")
    .option("--length <number>", "random letters and digits in each, from 8 to 64 (default: 12)", wholeNumberOption)
    .option("--out <file>", "the CSV file; it is written before the table, so that no code is lost")
    .action(async (list, options) => (await import("./create")).createCodes(list, options, session));
}
