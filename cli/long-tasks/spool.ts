import { appendFileSync, createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GROUPS, groupOf, type Queue, type RowGroups, type Workspace } from "../../engine/files/workspace";
import { withInterruption } from "./interruption";

/** Bytes written to disk at a time: small enough for many spools in memory. */
const BUFFER_BYTES = 32 * 1_024;
/** UTF-8's most for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

function onDisk(folder: string): Workspace {
  return {
    groups: <T>(name: string) => new SpooledGroups<T>(folder, name),
    queue: <T>(name: string) => new Spool<T>(join(folder, `${name}.jsonl`)),
  };
}

/** A queue in a file. */
class Spool<T> implements Queue<T> {
  // A buffer, not a growing string: a million short strings in memory cost more than all the writing.
  #buffer: Buffer | undefined;
  #used = 0;
  #length = 0;

  constructor(private readonly path: string) {}

  get length(): number {
    return this.#length;
  }

  add(value: T): void {
    const line = `${JSON.stringify(value)}\n`;
    this.#length += 1;
    if (line.length * MAX_BYTES_PER_UNIT > BUFFER_BYTES - this.#used) this.#flush();
    if (line.length * MAX_BYTES_PER_UNIT > BUFFER_BYTES) {
      this.#append(line);
      return;
    }
    this.#buffer ??= Buffer.allocUnsafe(BUFFER_BYTES);
    this.#used += this.#buffer.write(line, this.#used);
  }

  async *blocks(): AsyncGenerator<readonly T[]> {
    this.#flush();
    if (!existsSync(this.path)) return;
    let rest = "";
    for await (const piece of createReadStream(this.path, "utf8") as AsyncIterable<string>) {
      const end = piece.lastIndexOf("\n");
      if (end < 0) {
        rest += piece;
        continue;
      }
      // JSON contains line feeds only between two values: one call parses many.
      yield JSON.parse(`[${(rest + piece.slice(0, end)).replaceAll("\n", ",")}]`) as T[];
      rest = piece.slice(end + 1);
    }
  }

  #flush(): void {
    if (this.#buffer !== undefined && this.#used > 0) this.#append(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** A list's rows are about people: other users of this machine must not read them. */
  #append(data: string | Buffer): void {
    appendFileSync(this.path, data, { mode: 0o600 });
  }
}

/** Groups by a hash that related keys of one address share, one file each. */
class SpooledGroups<T> implements RowGroups<T> {
  readonly count = GROUPS;
  readonly #groups: readonly Spool<T>[];

  constructor(folder: string, name: string) {
    this.#groups = Array.from({ length: GROUPS }, (_, index) => new Spool<T>(join(folder, `${name}-${index}.jsonl`)));
  }

  get length(): number {
    return this.#groups.reduce((sum, group) => sum + group.length, 0);
  }

  add(entry: string, value: T): void {
    this.#groups[groupOf(entry)]?.add(value);
  }

  async group(index: number): Promise<readonly T[]> {
    const values: T[] = [];
    for await (const block of this.#groups[index]?.blocks() ?? []) for (const value of block) values.push(value);
    return values;
  }
}

/**
 * Gives a task a workspace on disk for data that does not fit in memory. Only its owner can read it, and it is removed however the program
 * ends. Ctrl-C aborts the signal, as in `withInterruption`.
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
