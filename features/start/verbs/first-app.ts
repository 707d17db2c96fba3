import { spawnSync } from "node:child_process";
import type { CommandContext } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import type { ExitCode } from "../../../cli/exit-codes";
import { init } from "../../init/verbs/init";

/** Creates an app in an empty folder, installs the app and starts it. Asks for consent at the terminal, and throws without it. */
export async function firstApp(args: readonly string[], session: CommandContext): Promise<void> {
  await requireConfirmation("This folder is empty. Make an app here, install its packages and start it?");
  await init(".", { packageManager: "npm" }, session);
  for (const words of [["install"], ["run", "gate", "--", "start", ...args]]) {
    const { status } = spawnSync("npm", words, { stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0) {
      session.exitCode = (status ?? 1) as ExitCode;
      return;
    }
  }
}
