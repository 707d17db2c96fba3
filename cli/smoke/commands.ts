import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withGate } from "../command";

/** `entra-gatehouse smoke`. */
export function register(smoke: Command, session: CommandContext): void {
  withExamples(withGate(withDeployment(smoke), "only"), [
    "smoke",
    "smoke --region eu-west-1 --profile production --no-conform",
    "smoke --alarms",
    "smoke --gate suppliers --json",
    "smoke --local",
  ]);
  smoke
    .description(
      "Tries a deployment: signs somebody up as Entra would, at each gate and step and as each kind of tenant, reads the records of it back, and holds each address to Entra's contract.\n" +
        "Nobody gets in, and nothing but the records is left: the gate knows these sign-ups, and refuses them whatever the policy says.",
    )
    .option("--no-conform", "leave out the contract: one call for each step and kind of tenant")
    .option("--alarms", "ring each alarm once, and say who was told: each of them gets a mail for each alarm")
    .addHelpText("after", "\nExit codes: 0 all is well, 1 it could not be tried, 2 there is something to mend.")
    .action(async (options) => (await import("./smoke")).smoke(options, session));
}
