import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { explainError } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { appRoot } from "../../../lib/app-root";
import { policyPath } from "../../../lib/policy-folder/policy-files";

const EVERY_MS = 250;
const watchedFiles = /\.(ts|tsx|js|mjs|cjs|json|csv)$/;
/** Large folders that nobody edits. */
const skippedFolders = new Set(["node_modules", "cdk.out", "dist", "coverage"]);

export interface Watching {
  /** Relative to the app. Looked up each time, because folders may be deleted and created again. */
  folders(): readonly string[];
  readonly output: Pick<Output, "print" | "warn">;
  /** If a file changes during a run, the signal aborts the run. */
  run(signal: AbortSignal): Promise<void>;
  readonly stop: AbortSignal;
}

/** Polls the files, because a watcher does not survive the deletion of a folder. */
export async function watchCases({ folders, output, run, stop }: Watching): Promise<void> {
  while (!stop.aborted) {
    const before = snapshot(folders);
    const outdatedRun = new AbortController();
    const awaitChange = async (signal: AbortSignal) => {
      while (!signal.aborted && snapshot(folders) === before) await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    };
    const runEnd = new AbortController();
    const running = run(AbortSignal.any([outdatedRun.signal, stop])).then(
      () => undefined,
      (error: unknown) => error,
    );
    void running.then(() => runEnd.abort());
    await awaitChange(AbortSignal.any([runEnd.signal, stop]));
    if (!runEnd.signal.aborted) outdatedRun.abort();
    const error = await running;
    if (outdatedRun.signal.aborted || stop.aborted) continue;
    if (error !== undefined) for (const line of explainError(error).split("\n")) output.warn(line);
    output.print("Waiting for a change. Ctrl-C ends it.");
    await awaitChange(stop);
  }
}

function snapshot(folders: Watching["folders"]): string {
  const files: string[] = [];
  collect(appRoot, files);
  for (const folder of readFolders(folders)) if (!policyPath(folder).startsWith(appRoot)) collect(policyPath(folder), files);
  return files.join("\n");
}

/** The policy folders. Empty while settings.ts has an error. */
function readFolders(folders: Watching["folders"]): readonly string[] {
  try {
    return folders();
  } catch {
    return [];
  }
}

function collect(folder: string, into: string[]): void {
  for (const entry of readEntries(folder)) {
    if (entry.name.startsWith(".") || skippedFolders.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) collect(path, into);
    else if (watchedFiles.test(entry.name)) into.push(`${path} ${writtenAt(path)}`);
  }
}

function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function writtenAt(path: string): string {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "gone" : `${stats.mtimeMs} ${stats.size}`;
}
