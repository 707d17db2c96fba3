import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { CsvError, type Info, parse } from "csv-parse/sync";
import { readEntry } from "../lambda/rules/access-list/entry";
import { readRow } from "../lambda/rules/access-list/row";
import type { AwsClient } from "../lambda/services/aws";
import { projectRoot } from "../lib/policy-folder";

/** The sample list cannot be used; the message says which file, where in it, and why. */
export class SamplesError extends Error {
  override readonly name = "SamplesError";
}

/** The list that a new data folder starts with. */
export const SAMPLE_LIST = join(projectRoot, "samples", "access-list.csv");

const columns = ["entry", "effect", "issuer", "note", "expiresAt"];

/** A row as an operator would type it: only the cells that are filled in. */
export type SampleRow = Readonly<Record<string, string>>;

/** Reads an access list from a CSV file whose first line names the columns. Throws SamplesError. */
export function readSamples(file: string): readonly SampleRow[] {
  const seen = new Set<string>();
  return records(file).map(({ record, info }) => {
    const row = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ""));
    const problem = problemOf(row) ?? (seen.has(row.entry ?? "") ? "the entry stands there twice" : undefined);
    if (problem !== undefined) throw new SamplesError(`${file}:${info.lines}: ${problem}`);
    seen.add(row.entry ?? "");
    return row;
  });
}

interface CsvRecord {
  readonly record: Record<string, string>;
  readonly info: Info;
}

function records(file: string): CsvRecord[] {
  const checkColumns = (header: string[]) => {
    const unknown = header.find((name) => !columns.includes(name));
    const missing = ["entry", "effect"].find((name) => !header.includes(name));
    if (unknown !== undefined) throw new SamplesError(`${file}:1: there is no column "${unknown}"; there are ${columns.join(", ")}`);
    if (missing !== undefined) throw new SamplesError(`${file}:1: the column "${missing}" is missing`);
    return header;
  };
  try {
    return parse(readFileSync(file, "utf8"), {
      bom: true,
      columns: checkColumns,
      info: true,
      trim: true,
      skipEmptyLines: true,
    }) as CsvRecord[];
  } catch (error) {
    if (error instanceof SamplesError) throw error;
    const line = error instanceof CsvError ? `:${error.lines}` : "";
    throw new SamplesError(`${file}${line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** What the hygiene worker would flag is not let in. */
function problemOf(row: SampleRow): string | undefined {
  if (row.entry === undefined) return "the entry is missing";
  const read = readEntry(row.entry);
  return read.ok ? readRow(row).problems[0] : read.problem;
}

/** Writes the rows one after another, as a person typing them in would. */
export async function loadSamples(rows: readonly SampleRow[], client: AwsClient, tableName: string): Promise<void> {
  for (const row of rows) await client.call("PutItem", { TableName: tableName, Item: marshall(row) });
}
