import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workspace } from "../../engine/access-list/files/workspace";
import { exitCodes } from "../command";
import { CommandError } from "../failure";
import { onDisk } from "./spool";

/** Ctrl-C, a plain kill, a terminal that is closed. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** How long a task may go on after a kill, say to end a write. Who presses Ctrl-C can press it again. */
const GRACE_MS = 3_000;

/**
 * Gives a task a workspace on disk for what does not fit in memory, readable by its owner alone, and removes it afterwards, however
 * the program ends. Ctrl-C aborts the signal, as `withInterruption` has it.
 */
export async function inWorkFolder(use: (workspace: Workspace, interruption: AbortController) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-list-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", remove);
  try {
    await withInterruption((interruption) => use(onDisk(folder), interruption));
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Ctrl-C and its like abort the signal instead of ending the program; a second one ends it. */
export async function withInterruption(use: (interruption: AbortController) => Promise<void>): Promise<void> {
  const interruption = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const end = () => process.exit(exitCodes.interrupted);
  const interrupt = (signal: NodeJS.Signals) => {
    if (interruption.signal.aborted) end();
    interruption.abort();
    if (signal !== "SIGINT") grace = setTimeout(end, GRACE_MS);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    await use(interruption);
  } catch (error) {
    if (interruption.signal.aborted && error instanceof Error && error.name === "AbortError") {
      throw new CommandError("Interrupted: nothing was written.", exitCodes.interrupted);
    }
    throw error;
  } finally {
    clearTimeout(grace);
    for (const signal of signals) process.off(signal, interrupt);
  }
}
