import type { Readable } from "node:stream";

/** Where a backup is kept. */
export interface BackupPlace {
  /** As messages name it. */
  readonly shown: string;
  /** Refuses before any work is done, where it can. @param force whether what is there may go */
  check(force: boolean): Promise<void>;
  /** Keeps all of the bytes or, where that fails, nothing. Answers their number. */
  write(bytes: Readable, force: boolean, signal: AbortSignal): Promise<number>;
  /** The bytes, the same each time: throws once they are others. */
  read(): Promise<Readable>;
}
