import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withSince } from "../command";

/** `entra-gatehouse logs`. */
export function register(logs: Command, session: CommandContext): void {
  withExamples(withSince(withDeployment(logs), "from then on (default: 1h; of a code that no record knows, 7d)"), [
    "logs K7QD-9MXD",
    "logs K7QD-9MXD --stage test --follow",
    "logs --since 15m --json",
    "logs --local --follow",
  ]);
  logs
    .description(
      "Shows what became of one call of Entra's, by the reference code on the person's page: what the gateway, the functions and " +
        "their workers wrote, each with its time since the call arrived.\nWithout a code, every line. Codes, names and times alone: " +
        "nothing of a person but a keyed hash.",
    )
    .argument("[reference]", "the code on the page, or the request id on a page of the gateway's own")
    .option("-f, --follow", "wait for new ones and show them as they come, until Ctrl-C")
    .action(async (reference, options) => (await import("./logs")).logs(reference, options, session));
}
