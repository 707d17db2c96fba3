import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { parseJsonObject } from "../../../engine/json";

/** Keeps what is on its way to functions, so that a killed process delivers it at its next start. */
export interface Journal<T> {
  /** What an earlier process did not deliver, the oldest first. */
  readonly left: readonly T[];
  keep(id: string, entry: T): void;
  settle(id: string): void;
}

interface Line<T> {
  readonly id: string;
  /** Absent once the entry is delivered. */
  readonly entry?: T;
}

export const noJournal: Journal<never> = { left: [], keep: () => undefined, settle: () => undefined };

/** @param file a file that only the owner can read, because entries hold rows */
export function openJournal<T>(file: string): Journal<T> {
  const open = new Map<string, T>();
  // A kill can cut off the last line.
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  for (const { id, entry } of lines.flatMap((line) => (parseJsonObject(line) as Line<T> | undefined) ?? [])) {
    if (entry === undefined) open.delete(id);
    else open.set(id, entry);
  }
  const write = (line: Line<T>) => `${JSON.stringify(line)}\n`;
  writeFileSync(file, [...open].map(([id, entry]) => write({ id, entry })).join(""), { mode: 0o600 });
  return {
    left: [...open.values()],
    keep(id, entry) {
      open.set(id, entry);
      appendFileSync(file, write({ id, entry }));
    },
    settle(id) {
      if (!open.delete(id)) return;
      try {
        if (open.size === 0) truncateSync(file);
        else appendFileSync(file, write({ id }));
      } catch {
        // The data folder is gone, as after the end of a temporary one. Otherwise, the entry is delivered once more.
      }
    },
  };
}
