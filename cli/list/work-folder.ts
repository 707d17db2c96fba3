import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";

/**
 * Gives a task a folder for what does not fit in memory, readable by its owner alone, and removes it afterwards. Ctrl-C
 * aborts the signal instead of ending the program; a second one ends it.
 */
export async function inWorkFolder(use: (folder: string, interruption: AbortController) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-list-"));
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  try {
    await use(folder, interruption);
  } catch (error) {
    if (interruption.signal.aborted && error instanceof Error && error.name === "AbortError") {
      throw new CommandError("Interrupted: nothing was written.", exitCodes.interrupted);
    }
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    rmSync(folder, { recursive: true, force: true });
  }
}
