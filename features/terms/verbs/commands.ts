import type { Command } from "commander";
import { type CommandContext, deploymentVerb } from "../../../cli/command";

export function register(terms: Command, session: CommandContext): void {
  deploymentVerb(terms, "proof", "print which terms a person accepted, when and in which language", [
    "kim@contoso.com",
    "issuer:google.com/1184 --json",
  ])
    .description(
      "Prints each text that a person accepted, the newest first: its version, language and SHA-256, when it was accepted, and the reference code of the decision.",
    )
    .argument("<person>", "an address, or one account: issuer:google.com/1184")
    .action(async (person, options) => (await import("./terms")).printProofs(person, options, session));

  deploymentVerb(terms, "check", "compare the terms in the policy with the texts that people accepted", ["", "--json"])
    .description(
      "Compares the files of the policy's terms with the texts that people first accepted under the same version. Exits with 2 if one differs: give the new text a new version before you deploy it.",
    )
    .action(async (options) => (await import("./terms")).checkTexts(options, session));
}
