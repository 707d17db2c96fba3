import { createHash } from "node:crypto";
import type { AuditDetails, TableChange } from "../../engine/audited-change";
import { canonicalJson } from "../../engine/canonical-json";
import type { HashOf } from "../../engine/sign-up/person";
import type { Row } from "../../engine/sign-up/rule";
import { cutRow, detailsOf } from "./chain";
import { changeDigest, changeMark, comparableCell, REMARK } from "./digest";
import type { AuditRow } from "./entry";

/** The tables whose rows the trail can prove: it has each change of theirs, whole or by its digest. */
export const provenTables = ["access-list", "profiles", "reference-data"] as const;
export type ProvenTable = (typeof provenTables)[number];

/** What an edit of several rows has on record of them, apart from the trail. */
export interface KeptChanges {
  /** The id by which entries of the trail name the edit. */
  readonly set: string;
  /** Whether the edit made all of its changes, and all of them are on record. */
  readonly isWhole: boolean;
  readonly changes: readonly Omit<TableChange, "event" | "at">[];
  /** Subjects that were left as somebody else had edited them. */
  readonly left: readonly string[];
}

/** A row and the trail say different things. */
export interface RowFault {
  readonly kind: "row-without-entry" | "row-differs" | "row-gone" | "change-without-entry" | "entry-without-change";
  readonly table: ProvenTable;
  /** The row's key. Absent where only a digest is known. */
  readonly subject?: string;
  /** Of the last entry about it. */
  readonly number?: string;
  readonly set?: string;
}

/** One change of a row that an entry tells of. States are digests: of a million rows none is kept. */
interface Touch {
  readonly number: string;
  /** Undefined where the entry says what the row became, whatever it was. */
  readonly before?: string;
  /** Undefined where the entry's details are gone, or were never whole. */
  readonly after: string | undefined;
  /** Whether nobody knows if it was made. */
  readonly isMaybe?: true;
}

const ABSENT = "absent";
const ofRow = new RegExp(`^(${provenTables.join("|")})\\.(added|changed|removed|tidied)$`);

/** Holds the rows of tables against what the trail says of each of their changes: first the trail, then what is on record beside it, then the rows. */
export class RowProof {
  private readonly touches = new Map<string, Touch[]>();
  private readonly begun = new Map<string, readonly [string, Touch]>();
  /** The newest entry of each digest. The same may be done again, by another set. */
  private readonly marks = new Map<string, string>();
  /** The digests of each set, with their entries. */
  private readonly ofSets = new Map<string, Map<string, string>>();
  private readonly setsProven = new Map<string, { readonly made: Set<string>; readonly untold: RowFault[]; readonly isWhole: boolean }>();
  private readonly shown = new Set<string>();
  private readonly faults: RowFault[] = [];
  private hasUndigested = false;
  private gone: string | undefined;
  private unproven = 0;

  /** @param hashes the keys that entries may have their digests by */
  constructor(private readonly hashes: readonly HashOf[]) {}

  /** Takes the trail's entries in their order. */
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

  /** Takes what edits of several rows have on record. */
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

  /** Takes a row as it is stored. */
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

  /** What does not agree, and how many rows cannot be proven: what wrote them has no digests, or is no longer on record. */
  end(): { readonly rows: number; readonly unproven: number; readonly faults: readonly RowFault[] } {
    const gone = [...this.touches.keys()].flatMap((key) => (this.shown.has(key) ? [] : this.goneAt(key)));
    const ofSets = [...this.setsProven].flatMap(([set, { made, untold, isWhole }]) => {
      // Of other keys, or of a version that kept no digests.
      return made.size === 0 || !isWhole ? [] : [...untold, ...this.unmade(set, made)];
    });
    return { rows: this.shown.size, unproven: this.unproven, faults: [...this.faults, ...gone, ...ofSets] };
  }

  /** The newest entry of a set that is no longer on record: any row may be as that set made it. */
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

  /** The states that a row may be in after all that entries tell of it. */
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

  /** Whether a later entry has the row by its digest alone. */
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

  /** Entries of a set that tell of changes which it has not on record. */
  private unmade(set: string, made: ReadonlySet<string>): readonly RowFault[] {
    const lacking = [...(this.ofSets.get(set) ?? [])].flatMap(([mark, number]) => (made.has(mark) ? [] : [number]));
    return [...new Set(lacking)].map((number) => ({ kind: "entry-without-change", table: "access-list", number, set }));
  }
}

function added(states: Set<string> | "any", after: string): Set<string> | "any" {
  return states === "any" ? "any" : states.add(after);
}

/** What an entry says that its row became; undefined where it has not the row. */
function stateAfter(action: string, { before, after }: AuditDetails): string | undefined {
  if (action.endsWith(".removed") || (after === undefined && before !== undefined)) return ABSENT;
  return after === undefined || "" in after ? undefined : stateOf(after);
}

/** A row as the trail has it: what the hygiene worker remarks, and the order of sets, make no other one. */
function stateOf(row: Row | undefined): string {
  if (row === undefined) return ABSENT;
  const cells = Object.entries(cutRow(row)).flatMap(([name, cell]) => (name === REMARK ? [] : [[name, comparableCell(cell)] as const]));
  const text = Buffer.from(canonicalJson(Object.fromEntries(cells))).toString();
  return createHash("sha256").update(text).digest("base64");
}
