import { createHash } from "node:crypto";
import type { RowEdit } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import type { WrittenTable } from "../../../console/editor/described-table";
import { inMemory } from "../../../engine/files/workspace";
import { committedRows } from "../../audit/pages/committed-rows";
import type { ChangeMeans, ChangeSet } from "../change-set";
import type { EditedRow } from "../edit-check";
import { planImport } from "../files/plan";
import type { FileRow } from "../files/row";
import { readRow } from "../row";
import type { EditOptions } from "../store/edits";
import { type ChangeSource, givenRows, plannedRows } from "../store/parts";
import type { ProposedRow } from "../store/proposals";
import { type RowChange, rowChange, storedRow } from "../store/row-changes";
import type { Draft, Ran } from "../store/run";

/** What is planned and written together, within the 30 s that the API waits. */
export const MAX_ROWS = 1_000;
/** After that long a write stops: its set can be continued. */
const WRITE_MS = 10_000;
/** More changes of a kind than a page shows help nobody. */
export const SHOWN_CHANGES = 100;

/** An edit of the list. */
export interface ListEdit {
  /** What its record says of it. */
  readonly draft: Omit<Draft, "by" | "name">;
  readonly source: ChangeSource;
  /** The first of its changes: each key once, before and after. */
  readonly rows: readonly EditedRow[];
}

/** What a few rows change in the list, and the rows that it was compared with. */
export interface EntryPlan {
  readonly edit: ListEdit;
  /** How many of the wanted rows are there already. */
  readonly unchanged: number;
  readonly current: ReadonlyMap<string, Item>;
}

export async function planRows(visit: Visit, wanted: readonly FileRow[], means: ChangeMeans): Promise<EntryPlan> {
  const current = await visit.world.accessList.many(wanted.flatMap(({ entry, looser = entry }) => [entry, looser]));
  const rows = inMemory.groups<FileRow>("wanted");
  for (const row of wanted) rows.add(row.entry, row);
  const stored = [...current.values()].map(storedRow);
  const plan = await planImport({ rows }, [stored], inMemory, { keep: rowChange, replace: false, examples: Number.POSITIVE_INFINITY });
  const { unchanged, ...counts } = plan.counts;
  const writes = Object.values(plan.writes).reduce((sum, { length }) => sum + length, 0);
  const [only] = wanted.length === 1 ? wanted : [];
  const draft = { means, ...counts, writes, ...(only && { entry: only.entry }) };
  const edits = plan.examples.map(({ was, is }) => ({ before: was, after: is }));
  return { edit: { draft, source: plannedRows(plan.writes), rows: edits }, unchanged, current };
}

/** The edit that these writes are. */
export function givenEdit(rows: readonly ProposedRow[], means: ChangeMeans): ListEdit {
  const edits = rows.filter(({ first }) => first === undefined).map(editedRow);
  const added = edits.filter(({ before }) => before === undefined).length;
  const removed = edits.filter(({ after }) => after === undefined).length;
  const [only] = edits.length === 1 ? rows : [];
  const counts = { added, changed: edits.length - added - removed, removed, writes: rows.length };
  return { draft: { means, ...counts, ...(only && { entry: only.entry }) }, source: givenRows(rows), rows: edits };
}

/** An edit of one row. */
export function oneEdit({ before, after }: RowEdit, means: ChangeMeans): ListEdit {
  const row = (after ?? before) as Item;
  return givenEdit([{ entry: String(row.entry?.S), phase: finalPhase(row), ...(before && { before }), ...(after && { after }) }], means);
}

/** Rows that come at once are in the phase of what they are in the end. */
export function finalPhase(item: Item): ProposedRow["phase"] {
  return readRow(toRow(item)).effect === "allow" ? "allows in" : "denies in";
}

/** A row before and after the whole edit that a write belongs to. */
export function editedRow({ before, after, first, final }: RowChange): EditedRow {
  const [was, is] = [first ?? before, final ?? after];
  return { before: was && toRow(was), after: is && toRow(is) };
}

/** Whether an edit changes nothing. */
export function isEmpty({ draft: { added, changed, removed } }: ListEdit): boolean {
  return added + changed + removed === 0;
}

/** Makes an edit as one change set, as far as time allows: what is left of a long one can be continued. */
export async function writeEdit(visit: Visit, { draft, source }: ListEdit, options: EditOptions = {}): Promise<Ran | undefined> {
  const { world, author, now } = visit;
  return await inTime(options, (given) => world.listEdits.apply({ ...author, ...draft }, source, now, given));
}

/** Continues an interrupted set. */
export async function continueEdit({ world }: Visit, set: ChangeSet): Promise<Ran | undefined> {
  return await inTime({}, (given) => world.listEdits.resume(set, given), set);
}

async function inTime(
  options: EditOptions,
  edit: (options: EditOptions) => Promise<Ran | undefined>,
  known?: ChangeSet,
): Promise<Ran | undefined> {
  let set = known;
  const onJob = (job: ChangeSet) => {
    set = job;
  };
  try {
    return await edit({ ...options, signal: AbortSignal.timeout(WRITE_MS), onJob });
  } catch (error) {
    if (set === undefined || !(error instanceof DOMException) || error.name !== "TimeoutError") throw error;
    return { set, writes: 0, kept: [], keptCount: 0 };
  }
}

/** Identifies what was compared: another one means that somebody has changed it since. */
export function versionOfAll(compared: unknown): string {
  return createHash("sha256").update(JSON.stringify(compared)).digest("base64url").slice(0, 22);
}

/** The list as rows that are edited by hand. */
export const writtenList: WrittenTable = {
  path: "/access-list",
  key: [{ column: "entry", parameter: "key" }],
  ...committedRows("access-list", ({ accessList }) => ({ get: ({ entry = "" }) => accessList.get(entry), writing: accessList.writing })),
};
