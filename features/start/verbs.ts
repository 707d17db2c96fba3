import type { Command } from "commander";

/** `entra-gatehouse start`: what `npm start` does, with its flags. */
export function register(start: Command): void {
  start
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async () => (await import("../../local/start")).start(start.args, "entra-gatehouse start"));
}
