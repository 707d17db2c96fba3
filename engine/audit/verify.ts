import { type ChainFlaw, type ChainHead, detailsOf, flawBetween, flawOfEntry } from "./chain";
import type { AuditRow } from "./entry";

/** What a walk over the trail came to. */
export interface Verified {
  readonly entries: number;
  readonly first?: ChainHead;
  /** Whoever keeps it can tell later that nothing was cut off the end. */
  readonly last?: ChainHead;
  readonly erased: number;
  /** Undefined: all of it is as it was written. */
  readonly flaw?: ChainFlaw;
}

/** Looks at entries in their order, and stops at the first that is not as it was written. */
export class ChainVerifier {
  private before: ChainHead | undefined;
  private first: ChainHead | undefined;
  private entries = 0;
  private readonly erased = new Set<string>();
  private readonly told = new Set<string>();
  private flaw: ChainFlaw | undefined;

  /** @param before the entry before the first that is looked at; undefined: that one is the trail's first */
  constructor(before?: ChainHead) {
    this.before = before;
  }

  /** False from the first flaw on. */
  look(row: AuditRow): boolean {
    this.flaw ??= flawBetween(this.before, row) ?? flawOfEntry(row);
    if (this.flaw !== undefined) return false;
    const { number, hash, at } = row;
    this.before = { number, hash, at };
    this.first ??= this.before;
    this.entries += 1;
    if (row.erased !== undefined) this.erased.add(number);
    this.hear(row);
    return true;
  }

  /** Takes note of what an entry beyond the stretch tells of erasures within it. */
  hear(row: AuditRow): void {
    if (row.action === "person.erased") for (const number of detailsOf(row).numbers ?? []) this.told.add(number);
  }

  /** Whether entries were erased of which none looked at so far tells. */
  get waits(): boolean {
    return [...this.erased].some((number) => !this.told.has(number));
  }

  end(): Verified {
    const untold = [...this.erased].find((number) => !this.told.has(number));
    const flaw = this.flaw ?? (untold === undefined ? undefined : { kind: "erasure-untold" as const, number: untold });
    return {
      entries: this.entries,
      erased: this.erased.size,
      ...(this.first && { first: this.first }),
      ...(this.entries > 0 && this.before && { last: this.before }),
      ...(flaw && { flaw }),
    };
  }
}
