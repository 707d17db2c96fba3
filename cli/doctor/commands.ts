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
    .option("--before-deploy", "only what would make a deployment fail; ignores what it cannot find out")
    .description(
      "Checks this machine, the app, the AWS account and, once it is deployed, the stack. Says for each fault what to do about it. Only reads.",
    )
    .action(async (options) => (await import("./doctor")).doctor(options, session));
}
