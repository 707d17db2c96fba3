import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { serve } from "../aws/server";
import type { Shutdown } from "../run/lasting";
import { pageLines } from "../terminal/welcome";
import { DEFAULT_DATA, type Instance, pointTo, readInstance, removeInstance, writeInstance } from "./instance";
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

/** With `recursive`, mkdir would never return in a file system such as /proc, which reports new folders as missing. */
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

export class OccupiedError extends Error {
  override readonly name = "OccupiedError";
}

export async function assertFree(data: string, port: number): Promise<void> {
  const other = readInstance(data);
  // The process id alone proves nothing, because another process may have it by now. So the address must respond.
  if (other?.data === data && (await answers(new URL(other.apiUrl)))) {
    throw new OccupiedError(
      [
        `Gatehouse runs on ${data} already, at ${other.apiUrl} (process ${other.pid}). Stop it, or give another folder: --data DIR`,
        ...pageLines(other),
      ].join("\n"),
    );
  }
  const trial = await serve(port, async () => undefined);
  await trial.close();
}

function answers({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Writes the instance file for the command line, and a pointer to it in the default folder. */
export function announce(instance: Instance, shutdown: Shutdown, home: string = DEFAULT_DATA): void {
  writeInstance(instance, instance.data);
  shutdown.add(() => removeInstance(instance.data));
  if (instance.data === home) return;
  try {
    shutdown.add(pointTo(instance, home));
  } catch {
    // If this process cannot write to the project, the command line finds the start only with --data DIR.
  }
}
