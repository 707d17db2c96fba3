import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withPairs } from "../command";

/** `entra-gatehouse doctor`. */
export function register(doctor: Command, session: CommandContext): void {
  withExamples(withDeployment(doctor), [
    "doctor",
    "doctor --region eu-west-1 --profile production",
    "doctor --policy drafts/policy",
    "doctor --local",
  ]);
  withPairs(doctor, [{ option: "--before-deploy", not: "--local" }])
    .option("--policy <dir>", "the unnamed gate's policy folder, relative to the project (default: as settings.ts says)")
    .option("--before-deploy", "only what a deployment fails by; what cannot be found out is passed over")
    .description(
      "Checks this machine, the app, the AWS account and, once it is deployed, the stack. Each fault comes with what to do about it. Reads only.",
    )
    .addHelpText("after", "\nExit codes: 0 nothing is wrong, 1 something is.")
    .action(async (options) => (await import("./doctor")).doctor(options, session));
}
