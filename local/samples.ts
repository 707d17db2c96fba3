import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { AwsClient } from "../lambda/services/aws";
import { projectRoot } from "../lib/project-root";
import { ListFileError, type ListLine, readListFile } from "../list-file/read";

/** The sample list cannot be used; the message says which file, where in it, and why. */
export class SamplesError extends Error {
  override readonly name = "SamplesError";
}

/** The list that a new data folder starts with. */
export const SAMPLE_LIST = join(projectRoot, "samples", "access-list.csv");

/** A row as an operator would type it: only the cells that are filled in. */
export type SampleRow = Readonly<Record<string, string>>;

/** Reads an access list from a CSV file whose first line names the columns. Throws SamplesError. */
export async function readSamples(file: string): Promise<readonly SampleRow[]> {
  const seen = new Set<unknown>();
  const rows: SampleRow[] = [];
  for await (const block of linesIn(file)) {
    for (const { line, cells, read } of block) {
      const problem = read.ok ? seen.has(cells.entry) && "the entry stands there twice" : read.problem;
      if (problem) throw new SamplesError(`${file}:${line}: ${problem}`);
      seen.add(cells.entry);
      rows.push(cells as SampleRow);
    }
  }
  return rows;
}

async function* linesIn(file: string): AsyncGenerator<readonly ListLine[]> {
  try {
    yield* readListFile(file);
  } catch (error) {
    const line = error instanceof ListFileError ? `:${error.line}` : "";
    throw new SamplesError(`${file}${line}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Writes the rows one after another, as a person typing them in would. */
export async function loadSamples(rows: readonly SampleRow[], client: AwsClient, tableName: string): Promise<void> {
  for (const row of rows) await client.call("PutItem", { TableName: tableName, Item: marshall(row) });
}
