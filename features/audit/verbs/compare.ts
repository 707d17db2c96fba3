import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { AuditRow } from "../entry";
import type { AuditStore } from "../store/trail";
import { type Archive, type ArchivedOnce, archivedEntries, type UnreadableLine } from "./archive";

/** Newer entries may still wait for the archiver's next run, or the one after a failure. */
const ARCHIVED_WITHIN_MS = 60 * 60_000;

export interface ArchiveDifference {
  readonly kind: "deleted" | "disputed" | "different" | "not-archived";
  readonly number: string;
  /** The archive begins after it, and its retention is unknown. */
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

/**
 * Compares a trail with its archive, entry by entry, up to the first difference.
 *
 * @param given days for which the archive keeps an entry; undefined: as the archive itself reports
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
  // An archive begins with entry 1. If it does not, the earlier entries must be older than its retention.
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
  readonly first: string | undefined;
  readonly keepDays: number | undefined;
  readonly now: Date;
}

/** @param kept the next archived entry; undefined at the end */
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

export function differenceText({ kind, number, mayHaveRunOut }: ArchiveDifference): string {
  const hint = mayHaveRunOut ? " If its time there is over, say how long entries are kept: --keep-days." : "";
  return `Entry ${Number(number)} ${differences[kind]}.${hint}`;
}

export function unreadableText({ name, line }: UnreadableLine): string {
  return `The archive's ${name}, line ${line}, is not an entry of the trail, or was altered.`;
}
