import { readdirSync } from "node:fs";
import type { Command } from "commander";
import type { CommandContext } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { assertOptionalPackages } from "../../../lib/app-packages";

/** Registers `entra-gatehouse start`, which works like `npm start`, with the same flags. */
export function register(start: Command, session: CommandContext): void {
  start
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async () => {
      const isFirst = !["--help", "-h"].some((each) => start.args.includes(each)) && readdirSync(process.cwd()).length === 0;
      if (isFirst && process.stdin.isTTY && process.stderr.isTTY) {
        return await (await import("./first-app")).firstApp(start.args, session);
      }
      if (isFirst)
        throw new CommandError(`${process.cwd()} is empty: make an app by "init .", or run start at a terminal, which makes one.`);
      assertOptionalPackages("start");
      await (await import("../../../local/start")).start(start.args, "entra-gatehouse start");
    });
}
