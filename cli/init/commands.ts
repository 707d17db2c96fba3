import type { Command } from "commander";
import { type CommandContext, withExamples } from "../command";

/** `entra-gatehouse init`. */
export function register(init: Command, session: CommandContext): void {
  withExamples(init, ["init sign-up-gate"]);
  init
    .description("Writes a small CDK app of your own: a stack, a policy with its cases, and how to run them.")
    .argument("<dir>", "a folder that does not exist yet, or is empty")
    .option("--package <spec>", "where npm gets entra-gatehouse from: a version range, or a packed file (default: this version)")
    .action(async (dir, options) => (await import("./init")).init(dir, options, session));
}
