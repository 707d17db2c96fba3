import type { Command } from "commander";
import type { CommandContext } from "../../../cli/command";
import { verb } from "../../entra/verbs/commands";

/** Registers `entra-gatehouse entra rotate`. */
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
    .action(async (options) => (await import("./rotate")).rotateInTenant(options, session));
}
