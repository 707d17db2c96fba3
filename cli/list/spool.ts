import { appendFileSync, createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { linesOf } from "../../engine/access-list/files/lines";
import { baseOf } from "../../engine/access-list/spellings";

/** Written to disk at a time: small enough that many spools fit in memory together. */
const BUFFER_BYTES = 32 * 1_024;
/** UTF-8's most for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/** A queue on disk: values go in, and come out in the same order as often as asked. */
export class Spool<T> {
  // A buffer rather than a growing string: a million short strings kept for a while cost more than all the writing.
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

  /** A block at a time. */
  async *blocks(): AsyncGenerator<readonly T[]> {
    this.#flush();
    if (!existsSync(this.path)) return;
    const blocks = linesOf(createReadStream(this.path, "utf8"), Number.POSITIVE_INFINITY);
    for await (const block of blocks) yield block.map(({ text }) => JSON.parse(text) as T);
  }

  #flush(): void {
    if (this.#buffer !== undefined && this.#used > 0) this.#append(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  /** The rows of a list are people: nobody else on this machine reads them. */
  #append(data: string | Buffer): void {
    appendFileSync(this.path, data, { mode: 0o600 });
  }
}

/** So many that one of them fits in memory even where all together do not: some 8,000 rows each of a million. */
export const PARTS = 128;

/**
 * Rows on disk, apart by a hash of their key: rows that have to do with each other lie in one part, so that joins and the
 * search for duplicates hold one part in memory at a time.
 */
export class PartedSpool<T> {
  readonly #parts: readonly Spool<T>[];

  constructor(folder: string, name: string) {
    this.#parts = Array.from({ length: PARTS }, (_, index) => new Spool<T>(join(folder, `${name}-${index}`)));
  }

  get length(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** @param entry a key of the table */
  add(entry: string, value: T): void {
    this.#parts[hash(kinOf(entry)) % PARTS]?.add(value);
  }

  async part(index: number): Promise<readonly T[]> {
    const values: T[] = [];
    for await (const block of this.#parts[index]?.blocks() ?? []) for (const value of block) values.push(value);
    return values;
  }
}

/** What all keys of one address have in common, denied or allowed, with tag or without. Any other key is alone. */
export function kinOf(entry: string): string {
  return entry.includes("@") && !entry.startsWith("issuer:") ? baseOf(entry) : entry;
}

/** FNV-1a over UTF-16 units: spreads evenly, which is all it is for. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
