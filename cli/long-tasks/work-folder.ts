import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Workspace } from "../../engine/access-list/files/workspace";
import { withInterruption } from "./interruption";
import { onDisk } from "./spool";

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
