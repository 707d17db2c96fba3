import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples } from "../command";

/** `entra-gatehouse credentials`: each command's code is loaded when it runs. */
export function register(credentials: Command, session: CommandContext): void {
  const show = withExamples(withDeployment(credentials.command("show")).summary("show user name and password"), [
    "credentials show",
    "credentials show --local --json",
  ]);
  show
    .description("Shows what Entra's API connectors have to present, and whether the password before it still passes.")
    .action(async (options) => (await import("./show")).showCredentials(options, session));

  const rotate = withExamples(withDeployment(credentials.command("rotate")).summary("make a new password"), ["credentials rotate"]);
  rotate
    .description("Makes a new password. The old one passes for 24 hours more: time to paste the new one into Entra.")
    .option("--force", "even while the password before still passes: that one stops passing within 6 minutes")
    .action(async (options) => (await import("./rotate")).rotate(options, session));

  const revoke = withExamples(withDeployment(credentials.command("revoke")).summary("end the previous password early"), [
    "credentials revoke",
  ]);
  revoke
    .description("Ends the password before the last rotation, instead of after 24 hours.")
    .action(async (options) => (await import("./revoke")).revoke(options, session));
}
