import { type ArchivedEntry, readArchived } from "../../engine/audit/archived";

/** Where archived entries are read. */
export interface Archive {
  readonly objects: AsyncIterable<ArchiveObject>;
  /** For how many days it keeps an entry, as it says itself; undefined where it does not. */
  keepDays(): Promise<number | undefined>;
}

/** An object of an archive, or a version of one: in the order of their names. */
export interface ArchiveObject {
  readonly name: string;
  text(): Promise<string>;
}

/** Objects that are read at once. */
const AHEAD = 16;

/** An entry of an archive, and whether another one was archived under its number. */
export interface ArchivedOnce extends ArchivedEntry {
  readonly isDisputed: boolean;
}

/** A line of an archive that is no entry. */
export interface UnreadableLine {
  readonly name: string;
  readonly line: number;
}

/**
 * The entries of an archive, each number once, in their order. An object may repeat what another holds, where archiving was
 * cut off.
 *
 * @param tell hears of each line that is no entry: whoever puts one there keeps nobody from reading the others
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
    // Objects come in the order of what they begin with: nothing before that comes any more.
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
    // Told when its turn comes.
    read.catch(() => undefined);
    reading.push(read);
    if (reading.length >= AHEAD) yield await (reading.shift() as (typeof reading)[number]);
  }
  for (const each of reading) yield await each;
}
