import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withPairs } from "../../../cli/command";
import { readPort } from "../../../local/terminal/options";

export function register(doctor: Command, session: CommandContext): void {
  withExamples(withDeployment(doctor), [
    "doctor",
    "doctor --region eu-west-1 --profile production",
    "doctor --policy drafts/policy",
    "doctor --local",
    "doctor --record entra.json",
  ]);
  withPairs(doctor, [
    { option: "--before-deploy", not: "--local" },
    ...["--policy", "--before-deploy"].map((option) => ({ option, not: "--record" })),
    { option: "--port", needs: "--record" },
  ])
    .option("--policy <dir>", "the unnamed gate's policy folder, relative to the project (default: as settings.ts says)")
    .option("--before-deploy", "only what would make a deployment fail; ignores what it cannot find out")
    .option(
      "--record <file>",
      "instead of checking, pass Entra's calls on to the gate until Ctrl-C, and write their form to this file: names and types, no values",
    )
    .option("--port <number>", "with --record: where to listen on this machine; 0 takes any free one", readPort, 0)
    .description(
      "Checks this machine, the app, the AWS account and, once it is deployed, the stack. Says for each fault what to do about it. Only reads.",
    )
    .action(async (options) => (await import("./doctor")).doctor(options, session));
}
