import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withGate } from "../../../cli/command";

/** `entra-gatehouse entra credentials`: each command's code is loaded when it runs. */
export function register(credentials: Command, session: CommandContext): void {
  const show = withExamples(
    withGate(withDeployment(credentials.command("show")), "the credentials of").summary("show user name and password"),
    ["entra credentials show", "entra credentials show --local --json", "entra credentials show --gate suppliers"],
  );
  show
    .description(
      "Shows the user name and password for Entra's API connectors, whether Entra has shown the password yet, and whether the previous one still works.",
    )
    .action(async (options) => (await import("./credentials")).showCredentials(options, session));

  const rotate = withExamples(
    withGate(withDeployment(credentials.command("rotate")), "the credentials of").summary("create a new password"),
    ["entra credentials rotate"],
  );
  rotate
    .description(
      "Creates a new password. The old one works for another 24 hours, and for up to 7 days at a step where Entra has not shown the new one.",
    )
    .option("--force", "even if Entra may still show the previous password: it stops working within 6 minutes")
    .action(async (options) => (await import("./credentials")).rotate(options, session));

  const revoke = withExamples(
    withGate(withDeployment(credentials.command("revoke")), "the credentials of").summary("end the previous password early"),
    ["entra credentials revoke"],
  );
  revoke
    .description("Ends the previous password now.")
    .option("--force", "even if Entra has not shown the current password at every step")
    .action(async (options) => (await import("./credentials")).revoke(options, session));
}
