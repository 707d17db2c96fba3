import type { Command } from "commander";
import { type CommandContext, withDeployment, withExamples, withSince } from "../command";

/** `entra-gatehouse logs`. */
export function register(logs: Command, session: CommandContext): void {
  withExamples(withSince(withDeployment(logs), "from then on (default: 1h; 7d for a code without a record)"), [
    "logs K7QD-9MXD",
    "logs K7QD-9MXD --stage test --follow",
    "logs --since 15m --json",
    "logs --local --follow",
  ]);
  logs
    .description(
      "Shows what happened to one call from Entra, by the reference code on the person's page: what the gateway, the functions and " +
        "their workers logged, each with its time since the call arrived.\nWithout a code, every line. Lines hold codes, names and times, and " +
        "of a person only a keyed hash.",
    )
    .argument("[reference]", "the code on the page, or the request id on the gateway's own page")
    .option("-f, --follow", "keep showing new ones until Ctrl-C")
    .action(async (reference, options) => (await import("./logs")).logs(reference, options, session));
}
