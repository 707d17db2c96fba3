import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditRow } from "../entry";
import type { AuditStore } from "../store/trail";
import { type Archive, type ArchivedOnce, readArchive, type UnreadableLine } from "./archive";

/** An entry that is newer than this may not be archived yet: it waits for the archiver's next run, or for the run after a failed one. */
const ARCHIVED_WITHIN_MS = 60 * 60_000;

export interface ArchiveDifference {
  readonly kind: "deleted" | "disputed" | "different" | "not-archived";
  readonly number: string;
  /** The archive may have deleted the entry: the archive begins with a later entry, and the archive's retention is unknown. */
  readonly mayHaveRunOut?: true;
}

export interface ArchiveComparison {
  readonly entries: number;
  readonly first?: string;
  /** Number of the newest entries that are not archived yet. */
  readonly waiting: number;
  readonly unreadable?: UnreadableLine;
  readonly difference?: ArchiveDifference;
}

/** Stops at the first difference. @param keepDays days for which the archive keeps an entry; undefined: the archive's own retention */
export async function compareWithArchive(
  trail: Pick<AuditStore, "rows">,
  archive: Archive,
  isWithin: (entry: Pick<AuditRow, "number" | "day">) => boolean,
  now: Date,
  keepDays?: number,
): Promise<ArchiveComparison> {
  const { entries: archivedEntries, unreadable } = await readArchive(archive);
  const numbers = [...archivedEntries.keys()].sort();
  const first = numbers[0];
  const ends: ArchiveEnds = {
    first,
    last: numbers.at(-1),
    // The retention is needed only if the archive does not begin with entry 1. Then all earlier entries must be older than the retention.
    keepDays: Number(first) > 1 ? (keepDays ?? (await archive.keepDays())) : undefined,
    now,
  };
  let [entries, waiting] = [0, 0];
  async function findDifference(): Promise<ArchiveDifference | undefined> {
    for await (const rows of trail.rows()) {
      for (const row of rows.filter(isWithin)) {
        const archivedEntry = archivedEntries.get(row.number);
        const difference = differenceAt(row, archivedEntry, ends);
        if (difference !== undefined) return difference;
        if (archivedEntries.delete(row.number)) entries += 1;
        else if (row.number > (ends.last ?? "")) waiting += 1;
      }
    }
    return undefined;
  }
  const firstDifference = await findDifference();
  const [deleted] = [...archivedEntries.values()]
    .filter((each) => isWithin({ number: each.number, day: String(each.day) }) && each.number < (firstDifference?.number ?? "~"))
    .map(({ number }) => number)
    .sort();
  const difference = deleted === undefined ? firstDifference : { kind: "deleted" as const, number: deleted };
  return { entries, waiting, first, unreadable, difference };
}

interface ArchiveEnds {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly keepDays: number | undefined;
  readonly now: Date;
}

function differenceAt(
  { number, hash, at }: AuditRow,
  archivedEntry: ArchivedOnce | undefined,
  { first = "", last = "", keepDays, now }: ArchiveEnds,
): ArchiveDifference | undefined {
  if (archivedEntry?.isDisputed) return { kind: "disputed", number };
  if (archivedEntry !== undefined) return archivedEntry.hash === hash ? undefined : { kind: "different", number };
  const ageMs = now.getTime() - Date.parse(at);
  if (number < first) {
    if (keepDays === undefined) return { kind: "not-archived", number, mayHaveRunOut: true };
    return ageMs > keepDays * MS_PER_DAY ? undefined : { kind: "not-archived", number };
  }
  return number > last && ageMs <= ARCHIVED_WITHIN_MS ? undefined : { kind: "not-archived", number };
}

const differences: Readonly<Record<ArchiveDifference["kind"], string>> = {
  deleted: "is in the archive, and missing in the trail",
  disputed: "was archived twice, with different content: the trail was changed in between",
  different: "is not the one that was archived",
  "not-archived": "is missing in the archive",
};

export function differenceText({ kind, number, mayHaveRunOut }: ArchiveDifference): string {
  const hint = mayHaveRunOut ? " If its time there is over, say how long entries are kept: --keep-days." : "";
  return `Entry ${Number(number)} ${differences[kind]}.${hint}`;
}

export function unreadableText({ name, line }: UnreadableLine): string {
  return `The archive's ${name}, line ${line}, is not an entry of the trail, or was altered.`;
}
