import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditRow } from "../entry";
import type { AuditStore } from "../store/trail";
import { type Archive, type ArchivedOnce, archivedEntries, type UnreadableLine } from "./archive";

/** Entries of that time may still wait for the next run of the archiver, or the one after a failure. */
const ARCHIVED_WITHIN_MS = 60 * 60_000;

/** The first entry of which trail and archive say different things. */
export interface ArchiveDifference {
  readonly kind: "deleted" | "disputed" | "different" | "not-archived";
  readonly number: string;
  /** The archive begins after it, and nobody said how long entries are kept there. */
  readonly mayHaveRunOut?: true;
}

/** What a comparison of a trail with its archive came to. */
export interface ArchiveComparison {
  /** How many are in both, and are the same. */
  readonly entries: number;
  /** The number of the first that was archived. */
  readonly first?: string;
  /** How many of the newest are not archived yet. */
  readonly waiting: number;
  /** The first line that was come by and is no entry. */
  readonly unreadable?: UnreadableLine;
  readonly difference?: ArchiveDifference;
}

/**
 * Holds a trail against its archive, entry by entry, up to the first difference.
 *
 * @param given for how many days the archive keeps an entry; undefined: as it says itself
 */
export async function compared(
  trail: Pick<AuditStore, "rows">,
  archive: Archive,
  isWithin: (entry: Pick<AuditRow, "number" | "day">) => boolean,
  now: Date,
  given?: number,
): Promise<ArchiveComparison> {
  const unreadable: UnreadableLine[] = [];
  const archived = archivedEntries(archive.objects, (line) => unreadable.push(line));
  let kept = (await archived.next()).value ?? undefined;
  const first = kept?.number;
  // An archive begins with entry 1: where it does not, what was before has to be older than it keeps anything.
  const keepDays = Number(first) > 1 ? (given ?? (await archive.keepDays())) : undefined;
  const seen: Seen = { first, keepDays, now };
  const goOn = async () => {
    do kept = (await archived.next()).value ?? undefined;
    while (kept !== undefined && !isWithin(placeOf(kept)));
  };
  if (kept !== undefined && !isWithin(placeOf(kept))) await goOn();
  let [entries, waiting] = [0, 0];
  async function firstDifference(): Promise<ArchiveDifference | undefined> {
    for await (const row of rowsWithin(trail, isWithin)) {
      const difference = differenceAt(row, kept, seen);
      if (difference !== undefined) return difference;
      if (kept === undefined) waiting += 1;
      if (kept?.number !== row.number) continue;
      entries += 1;
      await goOn();
    }
    return kept && { kind: "deleted", number: kept.number };
  }
  const difference = await firstDifference();
  return {
    entries,
    waiting,
    ...(first !== undefined && { first }),
    ...(unreadable[0] && { unreadable: unreadable[0] }),
    ...(difference && { difference }),
  };
}

async function* rowsWithin(trail: Pick<AuditStore, "rows">, isWithin: (row: AuditRow) => boolean): AsyncGenerator<AuditRow> {
  for await (const rows of trail.rows()) yield* rows.filter(isWithin);
}

interface Seen {
  /** The number of the first that was archived. */
  readonly first: string | undefined;
  readonly keepDays: number | undefined;
  readonly now: Date;
}

/** @param kept the first archived entry that was not looked at yet; undefined: there is none any more */
function differenceAt(row: AuditRow, kept: ArchivedOnce | undefined, { first, keepDays, now }: Seen): ArchiveDifference | undefined {
  const { number, hash, at } = row;
  const ageMs = now.getTime() - Date.parse(at);
  if (number < (first ?? "")) {
    if (keepDays === undefined) return { kind: "not-archived", number, mayHaveRunOut: true };
    return ageMs > keepDays * MS_PER_DAY ? undefined : { kind: "not-archived", number };
  }
  if (kept === undefined) return ageMs > ARCHIVED_WITHIN_MS ? { kind: "not-archived", number } : undefined;
  if (kept.number < number) return { kind: "deleted", number: kept.number };
  if (kept.number > number) return { kind: "not-archived", number };
  if (kept.isDisputed) return { kind: "disputed", number };
  return kept.hash === hash ? undefined : { kind: "different", number };
}

function placeOf({ number, day }: ArchivedOnce): Pick<AuditRow, "number" | "day"> {
  return { number, day: String(day) };
}

const differences: Readonly<Record<ArchiveDifference["kind"], string>> = {
  deleted: "is in the archive, and missing in the trail",
  disputed: "was archived twice, as two different ones: the trail was changed in between",
  different: "is not the one that was archived",
  "not-archived": "is missing in the archive",
};

/** The first difference, in a sentence. */
export function differenceText({ kind, number, mayHaveRunOut }: ArchiveDifference): string {
  const hint = mayHaveRunOut ? " If its time there is over, say how long entries are kept: --keep-days." : "";
  return `Entry ${Number(number)} ${differences[kind]}.${hint}`;
}

/** A line that is no entry, in a sentence. */
export function unreadableText({ name, line }: UnreadableLine): string {
  return `The archive's ${name}, line ${line}, is not an entry of the trail, or was altered.`;
}
