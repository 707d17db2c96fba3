import { readdirSync } from "node:fs";
import type { Command } from "commander";
import type { CommandContext } from "../../../cli/command";

/** `entra-gatehouse start`: what `npm start` does, with its flags. */
export function register(start: Command, session: CommandContext): void {
  start
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async () => {
      const isFirst =
        !["--help", "-h"].some((each) => start.args.includes(each)) &&
        process.stdin.isTTY &&
        process.stderr.isTTY &&
        readdirSync(process.cwd()).length === 0;
      if (isFirst) return await (await import("./first-app")).firstApp(start.args, session);
      await (await import("../../../local/start")).start(start.args, "entra-gatehouse start");
    });
}
