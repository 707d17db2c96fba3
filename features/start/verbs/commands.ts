import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import type { Command } from "commander";
import type { CommandContext } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import type { ExitCode } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { assertOptionalPackages } from "../../../lib/app-packages";

/** Works like `npm start`, with the same flags. */
export function register(start: Command, session: CommandContext): void {
  start
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async () => {
      const isFirst = !["--help", "-h"].some((each) => start.args.includes(each)) && readdirSync(process.cwd()).length === 0;
      if (isFirst && process.stdin.isTTY && process.stderr.isTTY) {
        return await firstApp(start.args, session);
      }
      if (isFirst)
        throw new CommandError(`${process.cwd()} is empty: make an app by "init .", or run start at a terminal, which makes one.`);
      assertOptionalPackages("start");
      await (await import("../../../local/start")).start(start.args, "entra-gatehouse start");
    });
}

/** Makes an app in the empty folder, installs its packages and starts it. Throws if nobody consents at the terminal. */
async function firstApp(args: readonly string[], session: CommandContext): Promise<void> {
  await requireConfirmation("This folder is empty. Make an app here, install its packages and start it?");
  const { init } = await import("../../init/verbs/init");
  await init(".", { packageManager: "npm" }, session);
  for (const words of [["install"], ["run", "gate", "--", "start", ...args]]) {
    const { status } = spawnSync("npm", words, { stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0) {
      session.exitCode = (status ?? 1) as ExitCode;
      return;
    }
  }
}
