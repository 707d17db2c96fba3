import { type Command, Option } from "commander";
import { REQUESTS_PER_STEP } from "../../simulator/conformance/conform";
import { type CommandContext, withExamples, withJson } from "../command";
import { stepChoices, withTarget } from "../simulate/target-options";

/** `entra-gatehouse conform`. */
export function register(conform: Command, session: CommandContext): void {
  withExamples(withTarget(withJson(conform)), [
    "conform --local",
    "conform https://api.example.com/sign-up --username entra --password-stdin --step before-create-user < password.txt",
    "conform 'https://gate.example.com/{step}' --username entra",
  ]);
  conform
    .description(
      `Sends ${REQUESTS_PER_STEP} requests for each step to any API connector's endpoint, good, odd and forbidden ones, and shows rule by rule where it breaks\n` +
        "Entra's contract or shows a defect of the documentation's samples. They sign nobody up, but the endpoint may store them: docs/conform.md.",
    )
    .argument("[url]", "the endpoint; {step} stands for after-sign-in and before-create-user")
    .addOption(
      new Option("--step <step>", "the step whose contract to check (default: both, or with --local the policy's steps)").choices(
        stepChoices,
      ),
    )
    .option("--email <address>", "the address in the requests", "conformance@example.com")
    .addHelpText("after", "\nExit codes: 0 every rule holds, 1 failed, 2 some rules do not hold, 3 nothing answers at the URL.")
    .action(async (url, options) => (await import("./conform")).conformCommand(url, options, session));
}
