import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../adapters/tables/item";
import { local } from "../features/lists/local";
import { packageRoot } from "../lib/app-root";
import { type CsvTable, csvFile, type SampleRow } from "./data/csv-table";
import type { LocalPart, SampleTables } from "./local-part";

export const localParts: readonly LocalPart[] = local;

/** Tables that operators fill, in the order in which samples are written. */
export const csvTables = localParts.flatMap(({ csvTable }) => csvTable ?? []);

/** First rows of the tables in a new data folder. */
export type Samples = readonly { readonly of: CsvTable; readonly rows: readonly SampleRow[] }[];

/** Throws SamplesError. */
export async function shippedSamples(): Promise<Samples> {
  return await Promise.all(csvTables.map(async (of) => ({ of, rows: await of.read(join(packageRoot, "samples", csvFile(of))) })));
}

/** Loads the rows in sequence, as a person would type them. */
export async function loadSamples(samples: Samples, tables: SampleTables): Promise<void> {
  const notes = (await Promise.all(localParts.map(({ sampleTrail }) => sampleTrail?.(tables)))).filter((note) => note !== undefined);
  for (const { of, rows } of samples) {
    const TableName = tables.names[of.table];
    // The template of a release has only the tables that its policy reads.
    if (TableName === undefined) continue;
    // The rows have the form that the table's worker would give them, so the worker changes nothing after the start.
    const items = rows.map((row) => marshall(row) as Item).map((item) => of.stored?.(item) ?? item);
    const write = async () => {
      for (const Item of items) await tables.client.call("PutItem", { TableName, Item });
    };
    await notes.reduce<() => Promise<void>>((inner, note) => () => note(of.name, items, inner), write)();
  }
}
