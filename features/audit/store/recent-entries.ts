import type { AuditDetails } from "../../../engine/audited-change";
import { readEntryDetails } from "../chain";
import type { AuditRow } from "../entry";
import type { AuditStore } from "./trail";

/** An entry with its details parsed once. */
export interface RecentEntry extends Omit<AuditRow, "details"> {
  readonly details: AuditDetails;
  /** The marks of `details.marks` as a set: an import has thousands. */
  readonly marks?: ReadonlySet<string>;
  /** The subjects of an entry about many changes, as a set. */
  readonly rows?: ReadonlySet<string>;
}

/** Entries up to this much older than the requested moment stay cached: the next delivery may come from a delayed stream, and need them. */
const KEPT_BEFORE_MS = 2 * 60_000;

/**
 * Returns a reader of entries, newest first. The entries are cached: each delivery of a long import needs those of the last minutes, which
 * are megabytes. Their number has no limit: without the entry that announced it, a change would count as made outside.
 */
export function recentEntries(trail: Pick<AuditStore, "newestRows">): (since: Date) => Promise<readonly RecentEntry[]> {
  let knownEntries: readonly RecentEntry[] = [];
  /** Epoch milliseconds. All entries after this moment are cached. */
  let after = Number.POSITIVE_INFINITY;

  /**
   * Reads from the log's end back to `newest`. Without `newest`, reads back to `since`. `end` is the row that ended the reading, absent if
   * the log's first entry ended it.
   */
  async function freshEntries(since: Date, newest: RecentEntry | undefined) {
    const fresh: RecentEntry[] = [];
    for await (const page of trail.newestRows()) {
      const isOld = ({ at, number }: AuditRow) => (newest === undefined ? Date.parse(at) < since.getTime() : number <= newest.number);
      const stop = page.findIndex(isOld);
      fresh.push(...(stop < 0 ? page : page.slice(0, stop)).map(readEntry));
      if (stop >= 0) return { fresh, end: page[stop] };
    }
    return { fresh };
  }

  async function refreshEntries(since: Date): Promise<void> {
    const [newest] = since.getTime() > after ? knownEntries : [];
    const { fresh, end } = await freshEntries(since, newest);
    if (newest !== undefined && end?.hash !== newest.hash) {
      // The table is another one, for example after a restore. So the cache begins anew.
      [knownEntries, after] = [[], Number.POSITIVE_INFINITY];
      return await refreshEntries(since);
    }
    const all = newest === undefined ? fresh : [...fresh, ...knownEntries];
    if (newest === undefined) after = since.getTime() - 1;
    const oldest = since.getTime() - KEPT_BEFORE_MS;
    knownEntries = all.slice(0, all.findLastIndex(({ at }) => Date.parse(at) >= oldest) + 1);
    after = Math.max(after, oldest - 1);
  }

  return async (since) => {
    await refreshEntries(since);
    return knownEntries.filter(({ at }) => Date.parse(at) >= since.getTime());
  };
}

function readEntry(row: AuditRow): RecentEntry {
  const { details: _, ...rest } = row;
  const details = readEntryDetails(row);
  const rows = details.after?.rows;
  return {
    ...{ ...rest, details },
    ...(details.marks && { marks: new Set(details.marks) }),
    ...(Array.isArray(rows) && { rows: new Set(rows.map(String)) }),
  };
}
