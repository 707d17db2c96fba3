import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Shutdown } from "../run/shutdown";
import { makePrivate } from "./private-file";

/** The message gives the reason and the remedy. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** A file that exists once the samples have been loaded. If the file exists and a list is empty, an operator has emptied the list. */
const SAMPLES_MARKER = "samples-loaded";

/** File with the key that signs tokens in place of Entra. */
export const TOKEN_KEY_FILE = "token-key.json";

/** File with the key that signs the roles' tokens in place of AWS. */
export const STS_FILE = "sts.json";

export function temporaryFolder(shutdown: Shutdown): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
  shutdown.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates the folder if needed. Throws DataFolderError. */
export function assertWritable(folder: string): void {
  try {
    makeFolder(folder);
    const probe = join(folder, `probe.${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, error: unknown): DataFolderError {
  const why = (error as NodeJS.ErrnoException).code ?? String(error);
  return new DataFolderError(`The data folder ${folder} cannot be written (${why}); give another one: --data DIR`, { cause: error });
}

const ownContents = [
  ...[
    "access-key.json",
    "cdk.out",
    "changes.jsonl",
    "dynamodb",
    "events.jsonl",
    "graph.json",
    "instance.json",
    "log.1.jsonl",
    "log.jsonl",
    "messages.jsonl",
    "outbox",
  ],
  ...[SAMPLES_MARKER, "secrets.json", STS_FILE, TOKEN_KEY_FILE],
];

/** Makes the folder, and the start's files in it, readable by the owner only. Leaves other files unchanged. Throws DataFolderError. */
export function keepPrivate(folder: string): void {
  try {
    makePrivate(folder, "itself");
    for (const name of ownContents) makePrivate(join(folder, name), "with all in it");
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * Makes a folder and its parents. With `recursive`, mkdir would never return in a file system such as /proc, which reports new folders as
 * missing.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  // The folder will hold the operator's list and the password.
  mkdirSync(folder, { mode: 0o700 });
}

export function hasHadSamples(folder: string): boolean {
  return existsSync(join(folder, SAMPLES_MARKER));
}

export function markSamplesLoaded(folder: string): void {
  writeFileSync(join(folder, SAMPLES_MARKER), "");
}
