import { createHash } from "node:crypto";
import type { AuditDetails, TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import type { HashOf } from "../../engine/sign-up/person";
import type { Row } from "../../engine/sign-up/rule";
import { cutRow, detailsOf } from "./chain";
import { changeDigest, changeMark, comparableCell, REMARK } from "./digest";
import type { AuditRow } from "./entry";

/** The tables whose rows the trail can prove: it has each of their changes, whole or by its digest. */
export const provenTables = ["access-list", "profiles", "reference-data"] as const;
export type ProvenTable = (typeof provenTables)[number];

/** The record of an edit of several rows, outside the trail. */
export interface KeptChanges {
  readonly set: string;
  /** True if the edit made all of its changes, and all are recorded. */
  readonly isWhole: boolean;
  readonly changes: readonly Omit<TableChange, "event" | "at">[];
  /** Subjects left unchanged because somebody else had edited them. */
  readonly left: readonly string[];
}

export interface RowFault {
  readonly kind: "row-without-entry" | "row-differs" | "row-gone" | "change-without-entry" | "entry-without-change";
  readonly table: ProvenTable;
  /** The row's key. Absent if only a digest is known. */
  readonly subject?: string;
  /** The number of the last entry about it. */
  readonly number?: string;
  readonly set?: string;
}

/** One change of a row in an entry. States are digests, to save memory with a million rows. */
interface Touch {
  readonly number: string;
  /** Undefined if the entry gives only the new state. */
  readonly before?: string;
  /** Undefined if the entry's details are missing or incomplete. */
  readonly after: string | undefined;
  readonly isMaybe?: true;
}

const ABSENT = "absent";
const ofRow = new RegExp(`^(${provenTables.join("|")})\\.(added|changed|removed|tidied)$`);

/** Compares the rows of tables with each of their changes in the trail: first read the trail, then the records beside it, then the rows. */
export class RowProof {
  private readonly touches = new Map<string, Touch[]>();
  private readonly begun = new Map<string, readonly [string, Touch]>();
  /** The newest entry of each digest. Another set may repeat the change. */
  private readonly marks = new Map<string, string>();
  private readonly ofSets = new Map<string, Map<string, string>>();
  private readonly setsProven = new Map<string, { readonly made: Set<string>; readonly untold: RowFault[]; readonly isWhole: boolean }>();
  private readonly shown = new Set<string>();
  private readonly faults: RowFault[] = [];
  private hasUndigested = false;
  private gone: string | undefined;
  private unproven = 0;

  /** @param hashes the possible keys of the entries' digests */
  constructor(private readonly hashes: readonly HashOf[]) {}

  /** Adds an entry. Call it in the order of the trail. */
  entry(row: AuditRow): void {
    const { number, action, outcome, of, count, set, erased } = row;
    const details = detailsOf(row);
    if (of !== undefined && this.begun.has(of)) this.ended(of, outcome);
    if (outcome === "conflict" || outcome === "seen") return;
    if (row.event === undefined) this.marked(details.marks ?? [], number, set);
    if (count !== undefined && details.marks === undefined && of === undefined) this.hasUndigested ||= !action.startsWith("approvals.");
    const [, table] = ofRow.exec(action) ?? [];
    if (table === undefined || of !== undefined) return;
    const rows = details.after?.rows;
    if (count !== undefined && Array.isArray(rows)) for (const each of rows) this.touch(`${table}/${each}`, { number, after: undefined });
    if (count !== undefined || details.subject === undefined) return;
    const touch = { number, after: erased === undefined ? stateAfter(action, details) : undefined };
    if (outcome === "done") this.touch(`${table}/${details.subject}`, touch);
    else this.begun.set(number, [`${table}/${details.subject}`, { ...touch, isMaybe: true }]);
  }

  kept({ set, isWhole, changes, left }: KeptChanges): void {
    const told = this.ofSets.get(set);
    const proven = this.setsProven.get(set) ?? { made: new Set<string>(), untold: [], isWhole };
    this.setsProven.set(set, proven);
    for (const change of changes) {
      const marks = this.hashes.map((hashOf) => changeDigest(change, hashOf));
      const { table, subject } = change as typeof change & { readonly table: ProvenTable };
      const mark = marks.find((each) => told?.has(each));
      const number = mark === undefined ? undefined : told?.get(mark);
      if (mark === undefined || number === undefined) {
        proven.untold.push({ kind: "change-without-entry", table, subject, set });
        continue;
      }
      proven.made.add(mark);
      const touch = { number, before: stateOf(change.before), after: stateOf(change.after), ...(!isWhole && { isMaybe: true as const }) };
      if (!left.includes(subject)) this.touch(`${table}/${subject}`, touch);
    }
  }

  row(table: ProvenTable, subject: string, row: Row): void {
    const key = `${table}/${subject}`;
    this.shown.add(key);
    const { states, number } = this.known(key);
    if (states === "any" || states?.has(stateOf(row)) || this.isMarked({ table, subject, after: row }, number)) return;
    if ((states === undefined && this.hasUndigested) || this.newestGone > number) this.unproven += 1;
    else
      this.faults.push({
        kind: states === undefined ? "row-without-entry" : "row-differs",
        table,
        subject,
        ...(number !== "" && { number }),
      });
  }

  /**
   * Returns the differences, and the number of rows that cannot be proven, because their writer left no digests or its record has expired.
   */
  end(): { readonly rows: number; readonly unproven: number; readonly faults: readonly RowFault[] } {
    const gone = [...this.touches.keys()].flatMap((key) => (this.shown.has(key) ? [] : this.goneAt(key)));
    const ofSets = [...this.setsProven].flatMap(([set, { made, untold, isWhole }]) => {
      // From other keys, or from a version without digests.
      return made.size === 0 || !isWhole ? [] : [...untold, ...this.unmade(set, made)];
    });
    return { rows: this.shown.size, unproven: this.unproven, faults: [...this.faults, ...gone, ...ofSets] };
  }

  /** The newest entry of a set without a record: any row may have that set's state. */
  private get newestGone(): string {
    this.gone ??= [...this.ofSets]
      .filter(([set]) => !this.setsProven.has(set))
      .flatMap(([, numbers]) => [...numbers.values()])
      .reduce((newest, each) => (each > newest ? each : newest), "");
    return this.gone;
  }

  private touch(key: string, touch: Touch): void {
    this.touches.set(key, [...(this.touches.get(key) ?? []), touch]);
  }

  private ended(of: string, outcome: AuditRow["outcome"]): void {
    const [key, { isMaybe: _, ...touch }] = this.begun.get(of) as readonly [string, Touch];
    if (outcome === "done" || outcome === "seen") this.touch(key, touch);
    if (outcome !== "failed") this.begun.delete(of);
  }

  private known(key: string): { readonly states: ReadonlySet<string> | "any" | undefined; readonly number: string } {
    const open = [...this.begun.values()].flatMap(([each, touch]) => (each === key ? [touch] : []));
    const touches = [...(this.touches.get(key) ?? []), ...open].sort((one, other) => (one.number < other.number ? -1 : 1));
    let states: Set<string> | "any" | undefined;
    for (const { before, after, isMaybe } of touches) {
      if (after === undefined) states = "any";
      else if (before === undefined) states = isMaybe && states !== undefined ? added(states, after) : new Set([after]);
      else if (states === undefined) states = new Set(isMaybe ? [before, after] : [after]);
      else if (states !== "any" && states.has(before)) {
        if (!isMaybe) states.delete(before);
        states.add(after);
      }
    }
    return { states, number: touches.at(-1)?.number ?? "" };
  }

  /** True if a later entry has the row only by its digest. */
  private isMarked(change: Pick<TableChange, "table" | "subject" | "after">, after: string): boolean {
    const digests = this.hashes.flatMap((hashOf) => [changeMark(change, hashOf), changeDigest(change, hashOf)]);
    return digests.some((each) => (this.marks.get(each) ?? "") > after);
  }

  private goneAt(key: string): readonly RowFault[] {
    const { states, number } = this.known(key);
    const table = provenTables.find((each) => key.startsWith(`${each}/`)) as ProvenTable;
    const subject = key.slice(table.length + 1);
    if (states === "any" || states === undefined || states.has(ABSENT) || this.isMarked({ table, subject }, number)) return [];
    if (this.newestGone > number) return [];
    return [{ kind: "row-gone", table, subject, number }];
  }

  private marked(marks: readonly string[], number: string, set: string | undefined): void {
    for (const mark of marks) this.marks.set(mark, number);
    if (set === undefined || marks.length === 0) return;
    const own = this.ofSets.get(set) ?? new Map<string, string>();
    this.ofSets.set(set, own);
    for (const mark of marks) own.set(mark, number);
  }

  private unmade(set: string, made: ReadonlySet<string>): readonly RowFault[] {
    const lacking = [...(this.ofSets.get(set) ?? [])].flatMap(([mark, number]) => (made.has(mark) ? [] : [number]));
    return [...new Set(lacking)].map((number) => ({ kind: "entry-without-change", table: "access-list", number, set }));
  }
}

function added(states: Set<string> | "any", after: string): Set<string> | "any" {
  return states === "any" ? "any" : states.add(after);
}

/** The state of a row after an entry. Undefined if the entry does not have the row. */
function stateAfter(action: string, { before, after }: AuditDetails): string | undefined {
  if (action.endsWith(".removed") || (after === undefined && before !== undefined)) return ABSENT;
  return after === undefined || "" in after ? undefined : stateOf(after);
}

/** A row in the trail's form. Ignores the hygiene worker's flag and the order of sets. */
function stateOf(row: Row | undefined): string {
  if (row === undefined) return ABSENT;
  const cells = Object.entries(cutRow(row)).flatMap(([name, cell]) => (name === REMARK ? [] : [[name, comparableCell(cell)] as const]));
  const text = Buffer.from(canonicalJson(Object.fromEntries(cells))).toString();
  return createHash("sha256").update(text).digest("base64");
}
