import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { CsvError, parse } from "csv-parse/sync";
import type { AwsClient } from "../../adapters/aws/client";
import type { Item } from "../../adapters/tables/item";
import { tables } from "../../adapters/tables/tables";
import { formatOf } from "../../engine/files/format";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { TableName } from "../../engine/sign-up/verdict";
import { ListFileError, type ListLine, readList } from "../../features/access-list/files/read";
import { indexed } from "../../features/access-list/store/list-indexes";
import { rowMark } from "../../features/audit/store/audited-rows";
import { tableAudited } from "../../features/audit/store/audited-tables";
import { auditStore } from "../../features/audit/store/trail";
import { packageRoot } from "../../lib/package-root";

/** The samples cannot be used; the message says which file, where in it, and why. */
export class SamplesError extends Error {
  override readonly name = "SamplesError";
}

/** A row as an operator would type it: only the cells that are filled in. */
export type SampleRow = Readonly<Record<string, string>>;

/** What the tables of a new data folder start with. */
export type Samples = Readonly<Record<"accessList" | "profiles" | "referenceData", readonly SampleRow[]>>;

const SAMPLES = join(packageRoot, "samples");
/** The list that a new data folder starts with. */
const SAMPLE_LIST = join(SAMPLES, "access-list.csv");

/** Reads the samples that are shipped. Throws SamplesError. */
export async function shippedSamples(): Promise<Samples> {
  return {
    accessList: await readSamples(SAMPLE_LIST),
    profiles: readRows(join(SAMPLES, "profiles.csv"), "profiles"),
    referenceData: readRows(join(SAMPLES, "reference-data.csv"), "referenceData"),
  };
}

/** Reads an access list from a CSV file whose first line names the columns. Throws SamplesError. */
export async function readSamples(file: string): Promise<readonly SampleRow[]> {
  const seen = new Set<unknown>();
  const rows: SampleRow[] = [];
  for await (const block of linesIn(file)) {
    for (const { line, cells, read } of block) {
      const problem = read.ok ? seen.has(cells.entry) && "the entry is there twice" : read.problems.join("; ");
      if (problem) throw new SamplesError(`${file}:${line}: ${problem}`);
      seen.add(cells.entry);
      rows.push(cells as SampleRow);
    }
  }
  return rows;
}

async function* linesIn(file: string): AsyncGenerator<readonly ListLine[]> {
  try {
    yield* readList(createReadStream(file, "utf8"), formatOf(file));
  } catch (error) {
    const line = error instanceof ListFileError ? `:${error.line}` : "";
    throw new SamplesError(`${file}${line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Reads a table's rows from a CSV file whose first line names the columns, those of the key among them. Throws SamplesError. */
export function readRows(file: string, table: TableName): readonly SampleRow[] {
  const { key } = tables[table];
  const seen = new Set<string>();
  return recordsIn(file).map(({ line, cells }) => {
    const row = Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== ""));
    const missing = key.find((name) => row[name] === undefined);
    if (missing !== undefined) throw new SamplesError(`${file}:${line}: ${missing} is missing`);
    const id = JSON.stringify(key.map((name) => row[name]));
    if (seen.has(id)) throw new SamplesError(`${file}:${line}: the row is there twice`);
    seen.add(id);
    return row;
  });
}

/** @returns each record with the number of its last line */
function recordsIn(file: string): readonly { readonly line: number; readonly cells: SampleRow }[] {
  try {
    const records = parse(readFileSync(file), { bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
    return (records as unknown as { info: { lines: number }; record: SampleRow }[]).map(({ info, record }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    const line = error instanceof CsvError && error.lines !== undefined ? `:${error.lines}` : "";
    throw new SamplesError(`${file}${line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Where the samples go. */
export interface SampleTables {
  readonly client: AwsClient;
  /** Without a name for the trail there is none. */
  readonly names: Readonly<Record<TableName, string> & Partial<Record<"audit", string>>>;
  hashes(): Promise<PersonHashes>;
}

/** Writes the rows one after another, as a person typing them in would. The audit trail has them as Gatehouse's own. */
export async function loadSamples(samples: Samples, { client, names, hashes }: SampleTables): Promise<void> {
  const trail = names.audit === undefined ? undefined : auditStore(client, names.audit);
  const { hashOf } = await hashes();
  for (const table of ["access-list", "profiles", "reference-data"] as const) {
    const name = tableAudited[table];
    // As it is once the worker has seen it: nothing changes by itself after the start.
    const items = samples[name].map((row) => marshall(row) as Item).map((item) => (name === "accessList" ? indexed(item) : item));
    const marks = items.flatMap((item) => rowMark(table, item, hashOf) ?? []);
    const entry = {
      by: "gatehouse",
      via: "gatehouse",
      action: `${table}.samples-loaded`,
      subject: table,
      count: items.length,
      marks,
    } as const;
    const write = async () => {
      for (const Item of items) await client.call("PutItem", { TableName: names[name], Item });
      return true;
    };
    await (trail === undefined ? write() : trail.audited(entry, new Date(), write));
  }
}
