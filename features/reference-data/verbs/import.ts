import { isDeepStrictEqual } from "node:util";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { batchGet } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError, explainError } from "../../../cli/failure";
import { showProgress, withInterruption } from "../../../cli/long-tasks";
import { formatCount, warnOfRest } from "../../../cli/output";
import { policyFolderFor, policyFolders } from "../../../cli/policy-folders";
import { type DataCells, readFileRows } from "../../../cli/rows-file";
import { readCell, typedCell } from "../../../console/editor/cell-view";
import { shownCell } from "../../../engine/characters";
import { splitIntoChunks } from "../../../engine/collections";
import { describeFileProblem } from "../../../engine/files/file-problem";
import type { ListFormat } from "../../../engine/files/format";
import type { RowLine } from "../../../engine/files/rows";
import { isCurrent } from "../../../engine/sign-up/row-end";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type Announcing, announcing, ROWS_AN_ENTRY } from "../../audit/verbs/announced";
import { columnsIn, hasExactCase, type SetColumns } from "../row";
import { type DataTable, type DataTableName, dataTable, describeTwin, keyText, lookupKeys, sameValueText } from "./data-table";

interface DataImportOptions extends DeploymentOptions, JsonOption {
  readonly list?: string;
  readonly format?: ListFormat;
  readonly dryRun?: boolean;
}

/** Problems, doubts and conflicts beyond this number are only counted. */
const PRINTED = 20;
/** Maximum number of rows that one call reads, and that are written in parallel. */
const AT_ONCE = 100;

const none = { added: 0, changed: 0, unchanged: 0, kept: 0 };
type Counts = Readonly<typeof none>;

/** Checks the whole file, then writes the differences from the table. Never overwrites an edit newer than the comparison. */
export async function importData(name: DataTableName, path: string, options: DataImportOptions, context: CommandContext): Promise<void> {
  const table = dataTable(name, options);
  await withInterruption(async ({ signal }) => {
    const deployment = await deploymentFor(options);
    const columns = setColumns(table, deployment, context);
    const rows = await readCheckedRows(table, path, { ...options, columns }, context);
    const announcedRows = { table: table.table, what: "imported", subject: options.list ?? "" } as const;
    const announcement = options.dryRun ? undefined : await announcing(deployment, announcedRows);
    const run: Run = { table, path, columns, deployment, announced: announcement, signal, context };
    const writes: RowWrite[] = [];
    const counts = await compare(run, rows, writes);
    tell(options.dryRun ? counts : await write(run, writes, counts), options, context);
  });
}

/** Finds the columns that rules read. Empty if a policy does not load: then the import continues without a check of these columns. */
function setColumns({ table }: DataTable, deployment: Deployment, { output }: CommandContext): readonly SetColumns[] {
  return (table === "referenceData" && columnsOfPolicies(deployment, output)) || [];
}

/** Finds the columns that rules read. Undefined if a policy does not load. @param output gets a warning then */
export function columnsOfPolicies(
  { policy }: Deployment,
  output?: Pick<CommandContext["output"], "warn">,
): readonly SetColumns[] | undefined {
  try {
    const folders = new Set([...policyFolders().keys()].map((gate) => policyFolderFor({ gate }, policy)));
    return columnsIn([...folders].flatMap((folder) => loadPolicyFolder(folder).map((step) => step.policy)));
  } catch (error) {
    output?.warn(`Columns that rules read were not checked: ${explainError(error)}`);
    return undefined;
  }
}

interface Run {
  readonly table: DataTable;
  readonly path: string;
  readonly columns: readonly SetColumns[];
  readonly deployment: Deployment;
  /** Undefined in a dry run, which writes nothing. */
  readonly announced: Announcing | undefined;
  readonly signal: AbortSignal;
  readonly context: CommandContext;
}

/** `before` and `wanted` have only the key and the cells that differ. */
interface RowWrite {
  readonly line: number;
  /** Undefined if the row is new. */
  readonly before: Item | undefined;
  readonly wanted: Item;
  readonly mark: string | undefined;
}

/** If a row cannot be written, throws before any write. */
async function compare(run: Run, rows: readonly KeyedRow[], writes: RowWrite[]): Promise<Counts> {
  const { table, path, signal, context } = run;
  const counts = { ...none };
  const problems = problemCounter(context.output);
  const warnOfTwins = twinWarner(run, rows);
  const progress = showProgress("Comparing", rows.length, context.output);
  try {
    for (const some of splitIntoChunks(rows, AT_ONCE)) {
      signal.throwIfAborted();
      const current = await currentRows(run, some);
      for (const row of some) {
        warnOfTwins(row, current);
        const before = current.get(keyText(table, toItem(row.key)));
        const wantedRowResult = wantedRow(table, row, before);
        if ("problem" in wantedRowResult) problems.add(`${path}:${row.line}: ${wantedRowResult.problem}.`);
        else if (isDeepStrictEqual(before, wantedRowResult.item)) counts.unchanged += 1;
        else {
          counts[before === undefined ? "added" : "changed"] += 1;
          writes.push({
            line: row.line,
            mark: run.announced?.markOf(wantedRowResult.item),
            ...differing(table, before, wantedRowResult.item),
          });
        }
      }
      progress.advance(some.length);
    }
  } finally {
    progress.stop();
  }
  problems.end();
  return counts;
}

/** Reads rows of the same keys, and those that differ only by case. Of the latter, a row in mixed case is not found. */
async function currentRows({ table, deployment }: Run, rows: readonly KeyedRow[]): Promise<ReadonlyMap<string, Item>> {
  const tableName = deployment.tableOf(table.table);
  const keys = new Map(rows.flatMap(({ key }) => lookupKeys(table, key).map(toItem)).map((key) => [keyText(table, key), key]));
  const addresses = [...keys.values()].map((key) => ({ tableName, key }));
  return new Map((await batchGet(deployment.dynamodb, addresses)).map(([, item]) => [keyText(table, item), item]));
}

/** Makes a function that warns of rows of the table that differ only by case from a row of the file. Those of the file are told already. */
function twinWarner({ table, path, columns, context }: Run, rows: readonly KeyedRow[]) {
  const own = new Set(rows.map(({ key }) => keyText(table, toItem(key))));
  const now = readNow(context);
  let count = 0;
  return ({ line, key }: KeyedRow, current: ReadonlyMap<string, Item>) => {
    if (hasExactCase(key.list, columns)) return;
    for (const other of lookupKeys(table, key).map((each) => keyText(table, toItem(each)))) {
      const twin = own.has(other) ? undefined : current.get(other);
      if (twin === undefined || !isCurrent(toRow(twin), now)) continue;
      count += 1;
      if (count <= PRINTED) context.output.warn(`Warning: ${path}:${line}: ${describeTwin(key.value, twin.value?.S, "the table")}.`);
    }
  };
}

/** Keeps only the key and the cells that differ. Files cannot contain bytes, so cells of bytes never differ. */
function differing({ key }: DataTable, before: Item | undefined, wantedItem: Item): Omit<RowWrite, "line" | "mark"> {
  const differs = (name: string) => key.includes(name) || !isDeepStrictEqual(before?.[name], wantedItem[name]);
  const only = (item: Item) => Object.fromEntries(Object.entries(item).filter(([name]) => differs(name)));
  return { before: before && only(before), wanted: only(wantedItem) };
}

async function write(
  { table, path, deployment, announced, signal, context }: Run,
  writes: readonly RowWrite[],
  { unchanged }: Counts,
): Promise<Counts> {
  const counts = { ...none, unchanged };
  const rows = editedRows(deployment.dynamodb, deployment.tableOf(table.table), tables[table.table].key);
  const progress = showProgress("Writing", writes.length, context.output);
  const writeSome = async (some: readonly RowWrite[]) => {
    const writeFlags = await Promise.all(
      some.map(({ before, wanted }) => (before === undefined ? rows.add(wanted) : rows.change(before, wanted))),
    );
    for (const [index, { line, before }] of some.entries()) {
      const outcome = writeFlags[index] ? (before === undefined ? "added" : "changed") : "kept";
      counts[outcome] += 1;
      if (outcome === "kept" && counts.kept <= PRINTED) {
        context.output.warn(`${path}:${line}: somebody edited the row meanwhile; it was left as it is now.`);
      }
    }
    progress.advance(some.length);
  };
  try {
    for (const entry of splitIntoChunks(writes, ROWS_AN_ENTRY)) {
      const writeEntry = async () => {
        for (const some of splitIntoChunks(entry, AT_ONCE)) {
          if (signal.aborted) {
            const doneText = `${counts.added} added, ${counts.changed} changed. Repeat the same command to continue`;
            throw new CommandError(`Interrupted: ${doneText}.`, exitCodes.interrupted);
          }
          await writeSome(some);
        }
      };
      const marks = entry.map(({ mark }) => mark);
      await (announced === undefined ? writeEntry() : announced.write(marks, writeEntry));
    }
  } finally {
    progress.stop();
  }
  return counts;
}

async function readCheckedRows(
  table: DataTable,
  path: string,
  { list, format, columns }: DataImportOptions & { readonly columns: readonly SetColumns[] },
  { output }: CommandContext,
): Promise<readonly KeyedRow[]> {
  const rows: KeyedRow[] = [];
  const problems = problemCounter(output);
  const doubts = new Map<string, number>();
  const now = new Date();
  const requiredColumns = table.key.filter((column) => column !== "list" || list === undefined);
  for await (const block of readFileRows(path, format, { known: table.columns, required: requiredColumns, isOpen: true })) {
    for (const each of block) {
      const row = keyedRow(table, each, list);
      if ("problem" in row) {
        problems.add(`${path}:${each.line}: ${row.problem}.`);
        continue;
      }
      rows.push(row);
      for (const doubt of await table.doubts(
        { ...Object.fromEntries(Object.entries(row.cells).filter(([, cell]) => cell !== "" && cell !== null)), ...row.key },
        now,
        columns,
      ))
        if (!doubts.has(doubt)) doubts.set(doubt, row.line);
    }
  }
  for (const { row, first, isTwin } of repeatedRows(table, rows)) {
    if (!isTwin) problems.add(`${path}:${row.line}: the same row is in line ${first.line}.`);
    else if (!hasExactCase(row.key.list, columns)) doubts.set(describeTwin(row.key.value, first.key.value, `line ${first.line}`), row.line);
  }
  problems.end();
  for (const [doubt, line] of [...doubts].slice(0, PRINTED)) output.warn(`Warning: ${path}:${line}: ${doubt}.`);
  return rows;
}

function keyedRow(table: DataTable, row: RowLine, list: string | undefined): KeyedRow | { readonly problem: string } {
  if ("problem" in row) return { problem: describeFileProblem(row.problem) };
  const read = table.read(row.cells, list);
  if ("problem" in read) return read;
  const cells = Object.fromEntries(Object.entries(row.cells).filter(([column]) => !table.key.includes(column)));
  return { line: row.line, key: read.key, cells };
}

/** Finds rows whose key is already in the row `first`; if `isTwin` is true, the two differ in case. */
function* repeatedRows(
  table: DataTable,
  rows: readonly KeyedRow[],
): Generator<{ readonly row: KeyedRow; readonly first: KeyedRow; readonly isTwin: boolean }> {
  const rowsByKey = new Map<string, KeyedRow>();
  for (const row of rows) {
    const [own, same] = [keyText(table, toItem(row.key)), `same ${sameValueText(table, row.key)}`];
    const [first, like] = [rowsByKey.get(own), rowsByKey.get(same)];
    for (const each of [own, same]) if (!rowsByKey.has(each)) rowsByKey.set(each, row);
    if (first !== undefined) yield { row, first, isTwin: false };
    else if (like !== undefined) yield { row, first: like, isTwin: true };
  }
}

function tell(counts: Counts, { json, dryRun }: DataImportOptions, context: CommandContext): void {
  const { output } = context;
  if (counts.kept > 0) context.exitCode = exitCodes.changes;
  if (json) {
    output.json({ ...counts, dryRun: dryRun === true });
    return;
  }
  const { added, changed, unchanged, kept } = counts;
  output.print(
    `${dryRun ? "Would add" : "Added"} ${added}, ${dryRun ? "change" : "changed"} ${changed}; ${unchanged} are as in the file already.`,
  );
  if (kept > 0)
    output.print(`${formatCount(kept, "row was", "rows were")} edited meanwhile and left alone: look at them, then repeat the command.`);
}

function problemCounter(output: Pick<CommandContext["output"], "warn">) {
  let count = 0;
  return {
    add(line: string) {
      count += 1;
      if (count <= PRINTED) output.warn(line);
    },
    end() {
      warnOfRest(output, count, PRINTED);
      if (count > 0) throw new CommandError(`${formatCount(count, "row is", "rows are")} wrong; nothing was written.`);
    },
  };
}

interface KeyedRow {
  readonly line: number;
  readonly key: Readonly<Record<string, string>>;
  /** Null removes a cell; so does an empty text, unless CSV cannot contain the stored cell. Columns without a cell here stay unchanged. */
  readonly cells: DataCells;
}

function wantedRow(
  table: DataTable,
  { key, cells }: KeyedRow,
  current: Item | undefined,
): { readonly item: Item } | { readonly problem: string } {
  const problem = current === undefined ? table.newProblem?.(key) : undefined;
  if (problem !== undefined) return { problem };
  const item: Item = { ...current, ...toItem(key) };
  for (const [name, value] of Object.entries(cells)) {
    const before = current?.[name];
    if (value === null || value === "") {
      // A cell that CSV cannot contain is exported as an empty text. So only null removes such a cell.
      if (value === null || typedCell(before) !== undefined) delete item[name];
    } else if (typeof value === "string" && before !== undefined && typedCell(before)?.text === value) {
      item[name] = before;
    } else if (typeof value === "string") {
      // A number's new text is read as a number: a spreadsheet must not change an attribute's type.
      const read = readCell(value, before);
      if ("problem" in read) return { problem: describeOtherType(name, value, typedCell(before)?.type) };
      item[name] = read.cell;
    } else if (before === undefined || !isDeepStrictEqual(toRow({ cell: before }).cell, value)) {
      Object.assign(item, toItem({ [name]: value }));
    }
  }
  return { item };
}

function describeOtherType(name: string, value: string, type: string | undefined): string {
  const meantType = type === "boolean" ? "true or false" : "a number, its digits with a point between";
  return `"${name}" is ${shownCell(value)}, but in the table it is ${meantType}: write it like that`;
}
