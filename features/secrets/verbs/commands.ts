import type { Command } from "commander";
import { type CommandContext, deploymentVerb } from "../../../cli/command";

export function register(secrets: Command, session: CommandContext): void {
  deploymentVerb(secrets, "list", "which secrets there are, and which wait for a value", ["", "--stage test --json"])
    .description("Shows the secrets that somebody has to fill in: what for, whether that was done, and when. Never shows a value.")
    .action(async (options) => (await import("./secrets")).listSecrets(options, session));

  deploymentVerb(secrets, "set", "fill in a secret, or change it", [
    "approvals",
    "crm-token --region eu-west-1 < token.txt",
    "rotation < rotation.json",
  ])
    .description(
      "Asks for the value at the terminal, which does not show it; otherwise it reads standard input.\n" +
        "A secret of several members is asked member by member: Enter leaves one as it is. Standard input holds them as JSON.",
    )
    .argument("<name>", "as secrets list shows it")
    .action(async (name, options) => (await import("./secrets")).setSecret(name, options, session));
}
