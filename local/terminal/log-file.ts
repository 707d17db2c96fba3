import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

export interface KeptLine {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The source of the line: a function, `gateway`, or a stand-in's name. */
  readonly from: string;
  /** The logger's JSON, or plain text. */
  readonly line: unknown;
}

/** Returns the log files of a data folder, the older one first: at most two of ten megabytes. */
export function logFilesIn(data: string): readonly [string, string] {
  return [join(data, "log.1.jsonl"), join(data, "log.jsonl")];
}

const MAX_BYTES = 10 * 1_024 * 1_024;

/** Returns a function that writes lines to files that only the owner can read: docs/logs.md. */
export function logKeeper(data: string, maxBytes = MAX_BYTES): (lines: readonly KeptLine[]) => void {
  const [older, file] = logFilesIn(data);
  let bytes = existsSync(file) ? statSync(file).size : 0;
  return (lines) => {
    if (lines.length === 0) return;
    if (bytes > maxBytes) {
      renameSync(file, older);
      bytes = 0;
    }
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    appendFileSync(file, text, { mode: 0o600 });
    bytes += Buffer.byteLength(text);
  };
}
