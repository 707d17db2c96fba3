import type { Command } from "commander";
import { type CommandContext, deploymentVerb, withGate } from "../../../cli/command";
import { verb } from "../../entra/verbs/commands";

export function register(credentials: Command, session: CommandContext): void {
  const addGate = (command: Command) => withGate(command, "the credentials of");
  addGate(deploymentVerb(credentials, "show", "show user name and password", ["", "--local --json", "--gate suppliers"]))
    .description(
      "Shows the user name and password for Entra's API connectors, whether Entra has shown the password yet, and whether the previous one still works.",
    )
    .action(async (options) => (await import("./credentials")).showCredentials(options, session));

  addGate(deploymentVerb(credentials, "rotate", "create a new password", [""]))
    .description(
      "Creates a new password. The old one works for another 24 hours, and for up to 7 days at a step where Entra has not shown the new one.",
    )
    .option("--force", "even if Entra may still show the previous password: it stops working within 6 minutes")
    .action(async (options) => (await import("./credentials")).rotate(options, session));

  addGate(deploymentVerb(credentials, "revoke", "end the previous password early", [""]))
    .description("Ends the previous password now.")
    .option("--force", "even if Entra has not shown the current password at every step")
    .action(async (options) => (await import("./credentials")).revoke(options, session));
}

export function registerRotate(entra: Command, session: CommandContext): void {
  verb(entra, "rotate", "give the connectors a new password, or another certificate", [
    "--user-flow B2X_1_Partner",
    "--user-flow B2X_1_Partner --certificate next.pfx",
  ])
    .description(
      "Makes a new password and sends it to the API connectors that call the gate. Sign up once; the same command, repeated, then drops the old one " +
        "after ten quiet minutes, beyond what the gateway remembers. Until then both pass, so no sign-up fails, and it makes no further password.",
    )
    .option(
      "--certificate <file>",
      "add this certificate (.pfx) to connectors that show one, instead; its passphrase in GATEHOUSE_PFX_PASSPHRASE",
    )
    .action(async (options) => (await import("./passwords")).rotateInTenant(options, session));
}
