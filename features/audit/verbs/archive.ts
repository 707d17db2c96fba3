import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DeploymentOptions } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { type ArchivedEntry, readArchived } from "../archived";
import type { ArchiveObject } from "./archive-bucket";

/** Opens `s3://bucket`, or a file or folder into which the bucket was copied. */
export async function archiveAt(place: string, options: Pick<DeploymentOptions, "region" | "profile">): Promise<Archive> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return { objects: filesAt(place), keepDays: async () => undefined };
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9.-]+)(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket === undefined) throw new CommandError(`--archive ${place} is no archive: write s3://bucket, or name a file or folder.`);
  const { bucketKeepDays, bucketObjects } = await import("./archive-bucket");
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return { objects: bucketObjects(bucket, folder, options), keepDays: () => bucketKeepDays(bucket, options) };
}

async function* filesAt(place: string): AsyncGenerator<ArchiveObject> {
  for (const path of pathsAt(place)) yield { name: basename(path), text: async () => readFileSync(path, "utf8") };
}

function pathsAt(place: string): readonly string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".jsonl"))
      .sort((one, other) => (basename(one) < basename(other) ? -1 : 1))
      .map((name) => join(place, name));
  } catch {
    throw new CommandError(`--archive ${place} cannot be read: name a file or folder that is there, or s3://bucket.`);
  }
}

export interface Archive {
  readonly objects: AsyncIterable<ArchiveObject>;
  /** The archive's own retention in days. Undefined if it has none. */
  keepDays(): Promise<number | undefined>;
}

const AHEAD = 16;

/** An entry of an archive. Disputed: another one was archived under its number. */
export interface ArchivedOnce extends ArchivedEntry {
  readonly isDisputed: boolean;
}

export interface UnreadableLine {
  readonly name: string;
  readonly line: number;
}

/**
 * Yields the entries of an archive in order, each number once. Objects may overlap after an interruption.
 *
 * @param tell called with each line that is not an entry; the others are still read
 */
export async function* archivedEntries(
  objects: AsyncIterable<ArchiveObject>,
  tell: (line: UnreadableLine) => void,
): AsyncGenerator<ArchivedOnce> {
  const waiting = new Map<string, ArchivedOnce>();
  const before = function* (first: string) {
    const ready = [...waiting.values()].filter(({ number }) => number < first).sort((one, other) => (one.number < other.number ? -1 : 1));
    for (const entry of ready) {
      waiting.delete(entry.number);
      yield entry;
    }
  };
  for await (const { name, text } of ahead(objects)) {
    const entries = entriesIn(name, text, tell);
    // Objects are sorted by their first entry: nothing before that follows.
    yield* before(entries.map(({ number }) => number).sort()[0] ?? "");
    for (const entry of entries) {
      const known = waiting.get(entry.number);
      waiting.set(entry.number, { ...entry, isDisputed: known !== undefined && (known.isDisputed || known.hash !== entry.hash) });
    }
  }
  yield* before("~");
}

function entriesIn(name: string, text: string, tell: (line: UnreadableLine) => void): readonly ArchivedEntry[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    const entry = readArchived(line);
    if (entry === undefined) tell({ name, line: index + 1 });
    return entry ?? [];
  });
}

async function* ahead(objects: AsyncIterable<ArchiveObject>): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  const reading: Promise<{ readonly name: string; readonly text: string }>[] = [];
  for await (const { name, text } of objects) {
    const read = text().then((each) => ({ name, text: each }));
    // Thrown when its turn comes.
    read.catch(() => undefined);
    reading.push(read);
    if (reading.length >= AHEAD) yield await (reading.shift() as (typeof reading)[number]);
  }
  for (const each of reading) yield await each;
}
