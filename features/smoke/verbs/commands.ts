import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withGate } from "../../../cli/command";

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
      "Tests a deployment: signs up a test person as Entra would, at each gate and step and as each kind of tenant, reads the records back, and checks each address against Entra's contract.\n" +
        "Nobody gets in, and only the records remain: the gate recognises these sign-ups and refuses them whatever the policy says.",
    )
    .option("--no-conform", "skip the contract: one call for each step and kind of tenant")
    .option("--alarms", "ring each alarm once, and print who was notified: each of them gets a mail for each alarm")
    .action(async (options) => (await import("./smoke")).smoke(options, session));
}
