import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples } from "../../../cli/command";

/** `entra-gatehouse secrets`: each command's code is loaded when it runs. */
export function register(secrets: Command, session: CommandContext): void {
  const list = withDeployment(secrets.command("list")).summary("which secrets there are, and which wait for a value");
  withExamples(list, ["secrets list", "secrets list --stage test --json"])
    .description("Shows the secrets that somebody has to fill in: what for, whether that was done, and when. Never shows a value.")
    .action(async (options) => (await import("./secrets")).listSecrets(options, session));

  const set = withDeployment(secrets.command("set")).summary("fill in a secret, or change it");
  withExamples(set, [
    "secrets set approvals",
    "secrets set crm-token --region eu-west-1 < token.txt",
    "secrets set rotation < rotation.json",
  ])
    .description(
      "Asks for the value at the terminal, which does not show it; otherwise it reads standard input.\n" +
        "A secret of several members is asked member by member: Enter leaves one as it is. Standard input holds them as JSON.",
    )
    .argument("<name>", "as secrets list shows it")
    .action(async (name, options) => (await import("./secrets")).setSecret(name, options, session));
}
