import type { Command } from "commander";
import { type CommandContext, withDeployedStack, withExamples } from "../../../cli/command";

export function register(backup: Command, session: CommandContext): void {
  const standby = withDeployedStack(backup.command("standby")).summary("print what the stack of a second region needs from the first");
  withExamples(standby, [
    "backup standby --region eu-west-1 --to eu-central-1",
    "backup standby --stage test --region eu-west-1 --to eu-central-1 --profile production",
  ]);
  standby
    .description(
      "Prints what the stack of a second region needs from the first, as lines for settings.ts: the copies of its tables and secrets.\n" +
        "The first stack needs replicas: docs/second-region.md.",
    )
    .requiredOption("--to <region>", "the second region, one of the first's replicas")
    .action(async (options) => (await import("./standby")).standbySettings(options, session));
}
