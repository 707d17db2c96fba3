import * as v from "valibot";
import { type RecentEntry, recentEntries } from "../../../adapters/audit/recent-entries";
import { isLasting } from "../../../adapters/aws/lasting-error";
import { type RowChange, sameness } from "../../../adapters/list-changes/rows";
import type { ChangeSetStore } from "../../../adapters/list-changes/store";
import type { AuditStore } from "../../../adapters/tables/audit";
import { isSame } from "../../../adapters/tables/conditional-batch";
import { toItem } from "../../../adapters/tables/item";
import { type ChangeSet, changeSetRow } from "../../../engine/access-list/change-set";
import { PROPOSALS } from "../../../engine/access-list/proposal";
import { type AuditDetails, type AuditNews, OUTSIDE } from "../../../engine/audit/entry";
import { proposalChange, requestChange } from "../../../engine/audit/row-change";
import { actionOf, changeMark, isAsSaid, isTidying, type TableChange } from "../../../engine/audit/table-change";
import { groupOf } from "../../../engine/files/workspace";
import { INCIDENTS } from "../../../engine/incidents/incident";
import { incidentChange } from "../../../engine/incidents/trail";
import { isBySurge } from "../../../engine/posture/surge";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Row } from "../../../engine/sign-up/rule";
import { isAudited } from "./audited-rows";

/** How long before a change its author may have announced it: the longest that one form of the console takes, and clocks that differ. */
const SAID_BEFORE_MS = 10 * 60_000;
/** More announcements than that within that time are not read. */
const MOST_SAID = 5_000;
/** How many rows of change sets are remembered as made. */
const MOST_MADE = 50_000;
/** Sets that may be under way, or were until a moment ago: they explain nearly every row. */
const RECENT_SETS = 50;
/** The next ones are read only for rows that those do not explain: of a set that somebody resumes weeks later, or a script's. */
const EARLIER_SETS = 1_000;
/** Sets are kept for 90 days, and take some 500 bytes each: more than fifty edits a day. */
const MOST_SETS = 5_000;
/** More rows of one delivery than that which nobody explains share an entry. */
export const MOST_SINGLE = 25;

export interface AuditorPorts {
  readonly trail: Pick<AuditStore, "newestRows" | "tell">;
  /** Absent where no row of the access list comes. */
  readonly changes?: Pick<ChangeSetStore, "page" | "partsOfGroup">;
  hashes(): Promise<PersonHashes>;
}

/** What the newest entries say. */
interface Said {
  /** Records of streams that have their entry. */
  readonly events: ReadonlySet<string>;
  /** Changes that somebody was about to make, and that no stream has shown yet: the oldest first. */
  readonly open: SaidChange[];
  /** Of those that announced several, the changes that a stream has shown: see `usedMark`. */
  readonly used: Set<string>;
  readonly sets: ReadonlySet<string>;
  /** Rows that came, changed or went, by their keys; null where an entry names several. */
  readonly stood: ReadonlyMap<string, Row | null>;
}

type SaidChange = Pick<RecentEntry, "number" | "by" | "name" | "via" | "action" | "at" | "details" | "marks">;

/**
 * Brings changes of tables into the trail: each once, however often it is delivered, with the operator who announced that they
 * would make it. A change that nobody announced was made outside. Rejects if an entry could not be written; those written by then are not written again.
 */
export function changeAuditor({ trail, changes, hashes }: AuditorPorts): (records: readonly TableChange[], now: Date) => Promise<void> {
  /** Which record each row of a set explained: the next one of the same was made by somebody else. */
  const made = new Map<string, string>();
  const recent = recentEntries(trail, MOST_SAID);
  return async (records, now) => {
    const relevant = records.filter(isRelevant);
    if (relevant.length === 0) return;
    const said = await saidBefore(relevant);
    const marksOf = await marksBy(said, hashes, relevant);
    const explain = explainer({ said, sets: setPages(changes), changes, marksOf, made, stood: stoodIn(said, relevant) });
    const news: AuditNews[] = [];
    for (const record of relevant) if (!said.events.has(record.event)) news.push(...(await explain(record)));
    for (const each of together(news)) await trail.tell(each, now);
  };

  async function saidBefore(records: readonly TableChange[]): Promise<Said> {
    const rows = await recent(new Date(Math.min(...records.map(({ at }) => at.getTime())) - SAID_BEFORE_MS));
    const events = rows.flatMap(({ event, count, details }) => [
      ...(event === undefined ? [] : [event]),
      ...(event !== undefined && count !== undefined ? (details.marks ?? []) : []),
    ]);
    const seen = new Set(rows.flatMap(({ of, outcome }) => (outcome === "seen" && of !== undefined ? [of] : [])));
    const used = new Set(
      rows.flatMap(({ of, outcome, details }) =>
        outcome === "seen" && of !== undefined ? (details.marks ?? []).map((mark) => usedMark(of, mark)) : [],
      ),
    );
    // What somebody was too late for, another made.
    const late = new Set(rows.flatMap(({ of, outcome }) => (outcome === "conflict" && of !== undefined ? [of] : [])));
    const open = rows.filter(
      ({ of, outcome, number, details }) =>
        of === undefined && outcome === "begun" && !late.has(number) && (details.marks !== undefined || !seen.has(number)),
    );
    const sets = new Set(rows.flatMap(({ set, event }) => (set !== undefined && event !== undefined ? [set] : [])));
    const stood = new Map(rows.flatMap(({ details }) => rowsIn(details)).reverse());
    return { events: new Set(events), open: open.reverse(), used, sets, stood };
  }
}

/** Of the sign-up's own writes none is an operator's. */
function isRelevant(record: TableChange): boolean {
  if (record.table === "approvals") return requestChange(record).kind !== "none";
  return isAudited(record.table, record.after ?? record.before);
}

/** The change sets, the newest first, a page at a time: each page is read when somebody first comes to it. */
function setPages(changes: AuditorPorts["changes"]): () => AsyncGenerator<readonly ChangeSet[]> {
  const read: (readonly ChangeSet[])[] = [];
  let count = 0;
  let next: string | undefined;
  return async function* () {
    for (let index = 0; changes !== undefined; index++) {
      if (index === read.length) {
        if (count >= MOST_SETS || (index > 0 && next === undefined)) return;
        const page = await changes.page(next, index === 0 ? RECENT_SETS : EARLIER_SETS);
        read.push(page.sets);
        count += page.sets.length;
        next = page.next;
      }
      yield read[index] as readonly ChangeSet[];
    }
  };
}

async function marksBy(
  { open }: Said,
  hashes: AuditorPorts["hashes"],
  records: readonly TableChange[],
): Promise<(record: TableChange) => readonly string[]> {
  const hashed = open.some(({ details }) => details.marks !== undefined) && records.some(({ table }) => table !== "approvals");
  const each = hashed ? eachHash(await hashes()) : [(text: string) => text];
  return (record) => each.map((hashOf) => changeMark(record, hashOf));
}

interface Explaining {
  readonly said: Said;
  readonly sets: () => AsyncIterable<readonly ChangeSet[]>;
  readonly changes: AuditorPorts["changes"];
  readonly made: Map<string, string>;
  readonly stood: ReadonlyMap<string, Row | null>;
  marksOf(record: TableChange): readonly string[];
}

function explainer({ said, sets, changes, marksOf, made, stood }: Explaining): (record: TableChange) => Promise<readonly AuditNews[]> {
  const parts = new Map<string, readonly RowChange[]>();
  const explained = new Set(said.sets);

  /** What tells of the record as of a change that somebody had said, each once. */
  function seenAs(record: TableChange, isThat: (said: SaidChange) => boolean): AuditNews | undefined {
    const marks = marksOf(record);
    for (const [index, each] of said.open.entries()) {
      if (each.marks === undefined) {
        if (!isThat(each)) continue;
        said.open.splice(index, 1);
        return seen(each, record);
      }
      const mark = marks.find((mark) => each.marks?.has(mark) && !said.used.has(usedMark(each.number, mark)));
      if (mark === undefined) continue;
      said.used.add(usedMark(each.number, mark));
      return { ...seen(each, record), marks: [mark] };
    }
    return undefined;
  }

  async function setOf(record: TableChange): Promise<ChangeSet | undefined> {
    for await (const page of sets()) {
      const found = await setAmong(page, record);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function setAmong(sets: readonly ChangeSet[], record: TableChange): Promise<ChangeSet | undefined> {
    const atThatTime = sets.filter((set) => isDuring(set, record.at));
    // What the console writes row by row has its entry already. A file of one row names no entry.
    const single = atThatTime.filter(
      (set) => set.writes === 1 && [undefined, record.subject].includes(set.entry) && wayOf(set) === "command" && !explained.has(set.id),
    );
    const several = atThatTime.filter(({ writes }) => writes > 1);
    for (const set of [...single, ...several]) {
      const rows = await rowsOf(set, groupOf(record.subject));
      const of = (index: number) => `${set.id} ${index} ${record.subject}`;
      const index = rows.findIndex(
        (row, index) => row.entry === record.subject && isThis(row, record) && [undefined, record.event].includes(made.get(of(index))),
      );
      if (index < 0) continue;
      made.set(of(index), record.event);
      for (const oldest of made.keys()) if (made.size > MOST_MADE) made.delete(oldest);
      return set;
    }
    return undefined;
  }

  async function rowsOf({ id }: ChangeSet, group: number): Promise<readonly RowChange[]> {
    const key = `${id}/${group}`;
    const known = parts.get(key);
    if (known !== undefined) return known;
    const rows: RowChange[] = [];
    try {
      for await (const { writes } of changes?.partsOfGroup(id, group) ?? [])
        rows.push(...writes.filter(({ entry }) => groupOf(entry) === group));
    } catch (error) {
      // A part that somebody broke explains no row.
      if (!isLasting(error)) throw error;
    }
    parts.set(key, rows);
    return rows;
  }

  function proposalNews(record: TableChange): readonly AuditNews[] {
    const change = proposalChange(record);
    if (change === undefined) return [];
    const { action, details, said: expected } = change;
    const isThat = (each: SaidChange) => each.action === action && each.details.subject === expected?.subject && each.by === expected?.by;
    return [seenAs(record, isThat) ?? { ...details, action, ...outside(record), outcome: "done" }];
  }

  /** A set that a restore puts back makes no further entries. */
  function headNews(record: TableChange): readonly AuditNews[] {
    const restored = seenAs(record, () => false);
    return restored === undefined ? setNews(record) : [restored];
  }

  return async (record) => {
    const { table, event, subject, before, after } = record;
    if (table === "list-changes") {
      const { set } = after ?? before ?? {};
      if (set === INCIDENTS) return incidentNews(record);
      return set === PROPOSALS ? proposalNews(record) : headNews(record);
    }
    const request = table === "approvals" ? requestChange(record) : undefined;
    const action = request?.kind === "decided" ? request.action : actionOf(record);
    const details =
      request !== undefined && request.kind !== "none" ? request.details : { subject, ...(before && { before }), ...(after && { after }) };
    const isThat = (each: SaidChange) =>
      each.action === action && each.details.subject === details.subject && (request !== undefined || isAsSaid(each.details, record));
    const found = seenAs(record, isThat);
    if (found !== undefined) return [found];
    const facts = { ...details, action, event, outcome: "done" } as const;
    if (request?.kind === "decided" && request.how !== "console") return [{ ...facts, by: request.by, via: wayOfDecision(request.how) }];
    if (table === "posture" && isBySurge(before, after)) return [{ ...facts, by: "gatehouse", via: "gatehouse" }];
    if (table === "access-list") {
      const set = await setOf(record);
      if (set !== undefined && set.writes > 1) return [];
      if (set !== undefined) {
        explained.add(set.id);
        return [{ ...facts, by: set.by, ...(set.name !== undefined && { name: set.name }), via: wayOf(set), set: set.id }];
      }
      if (isTidying(record, (entry) => stood.get(entry)))
        return [{ ...facts, by: "gatehouse", via: "gatehouse", action: "access-list.tidied" }];
    }
    return [{ ...facts, ...outside(record) }];
  };
}

/** An entry for each step of an incident, with the author that its row names. */
function incidentNews(record: TableChange): readonly AuditNews[] {
  const change = incidentChange(record);
  if (change === undefined) return [];
  const { action, by, via, details } = change;
  const { event } = record;
  return [{ ...details, action, ...(by === undefined ? outside(record) : { by, via, event }), outcome: "done" }];
}

/** A change that was made as somebody had said. */
function seen({ by, via, action, number: of }: SaidChange, { event }: TableChange): AuditNews {
  return { by, via, action, of, outcome: "seen", event };
}

/** @param how an `Approver`'s way, other than the console */
function wayOfDecision(how: string): "command" | "mail" | "api" {
  return how === "cli" ? "command" : how === "mail" ? "mail" : "api";
}

function usedMark(number: string, mark: string): string {
  return `${number} ${mark}`;
}

function outside({ event }: TableChange): Pick<AuditNews, "by" | "via" | "event"> {
  return { by: OUTSIDE, via: "outside", event };
}

function isThis(row: RowChange, { before, after }: TableChange): boolean {
  const [was, is] = [before && toItem(before), after && toItem(after)];
  return isSame(row.after, is, sameness) && isSame(row.before, was, sameness);
}

/** Whether a set was being written then, as far as clocks agree. */
function isDuring({ at, aliveUntil }: ChangeSet, then: Date): boolean {
  const [from, to] = [Date.parse(at), Math.max(Date.parse(at), aliveUntil ?? 0)];
  return from - SAID_BEFORE_MS <= then.getTime() && then.getTime() <= to + SAID_BEFORE_MS;
}

/** Rows of the list in this delivery, or in recent entries of the trail. */
function stoodIn({ stood }: Said, records: readonly TableChange[]): ReadonlyMap<string, Row | null> {
  const ofList = records.filter(({ table }) => table === "access-list");
  return new Map([...stood, ...ofList.flatMap(rowsIn)]);
}

function rowsIn({
  subject,
  before,
  after,
}: Pick<AuditDetails, "subject" | "before" | "after">): readonly (readonly [string, Row | null])[] {
  if (Array.isArray(after?.rows)) return after.rows.map((row) => [String(row), null] as const);
  const row = after ?? before;
  return subject === undefined || row === undefined ? [] : [[subject, row]];
}

function wayOf({ means }: Pick<ChangeSet, "means">): "console" | "command" {
  return means.startsWith("console") ? "console" : "command";
}

/** Beginning and end of a set of several rows by a command: its rows have no entries of their own. */
function setNews(record: TableChange): readonly AuditNews[] {
  const { event, subject, before, after } = record;
  if (after !== undefined && !v.is(changeSetRow, after)) {
    const facts = { subject, ...(before && { before }), after };
    return [{ ...facts, ...outside(record), action: actionOf(record), outcome: "done" }];
  }
  const { part, by, means, writes, added, changed, removed, state, keptCount, reverts } = (after ?? before) as unknown as ChangeSet & {
    part: string;
  };
  const counts = {
    means,
    added,
    changed,
    removed,
    ...(reverts !== undefined && { reverts }),
    ...(keptCount !== undefined && { kept: keptCount }),
  };
  const facts = { event, set: part, subject: part, count: writes, after: { ...counts, state } };
  if (after === undefined) return [{ ...facts, by: OUTSIDE, via: "outside", action: "list-changes.removed", outcome: "done" }];
  if (wayOf({ means }) === "console" || writes <= 1 || before?.state === state) return [];
  const action =
    state === "begun" ? (before === undefined ? "access-list.set-begun" : "access-list.set-resumed") : `access-list.set-${state}`;
  return [{ ...facts, by, via: "command", action, outcome: "done" }];
}

/** News in their order. Many that nobody announced become one entry, and so do many under one entry. */
function together(news: readonly AuditNews[]): readonly AuditNews[] {
  const kinds = new Map<string, AuditNews[]>();
  for (const each of news) {
    const isUnexplained = each.of === undefined && each.set === undefined && ["outside", "gatehouse"].includes(each.via);
    const key = each.outcome === "seen" ? `seen ${each.of}` : isUnexplained ? `${each.via} ${each.action}` : undefined;
    if (key !== undefined) kinds.set(key, [...(kinds.get(key) ?? []), each]);
  }
  const many = [...kinds.values()].filter(({ length }) => length > MOST_SINGLE);
  const left = new Set(many.flat());
  return [...news.filter((each) => !left.has(each)), ...many.map(summed)];
}

function summed(news: readonly AuditNews[]): AuditNews {
  const { by, via, action, of, outcome, event } = news[0] as AuditNews;
  const rows = news.map(({ subject }) => subject ?? "");
  return {
    ...{ by, via, action, outcome, count: news.length, ...(event !== undefined && { event }) },
    ...(of === undefined ? { after: { rows } } : { of }),
    marks: news.flatMap(({ event, marks = [] }) => [...(event === undefined ? [] : [event]), ...marks]),
  };
}
