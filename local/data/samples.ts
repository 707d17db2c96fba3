import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../../adapters/tables/item";
import { packageRoot } from "../../lib/package-root";
import { type CsvTable, csvFile, type SampleRow } from "./csv-table";
import { csvTables } from "./csv-tables";
import type { SampleTables } from "./sample-trail";
import { sampleTrails } from "./sample-trails";

/** What the tables of a new data folder start with. */
export type Samples = readonly { readonly of: CsvTable; readonly rows: readonly SampleRow[] }[];

/** Reads the samples that are shipped. Throws SamplesError. */
export async function shippedSamples(): Promise<Samples> {
  return await Promise.all(csvTables.map(async (of) => ({ of, rows: await of.read(join(packageRoot, "samples", csvFile(of))) })));
}

/** Writes the rows one after another, as a person typing them in would. */
export async function loadSamples(samples: Samples, tables: SampleTables): Promise<void> {
  const notes = (await Promise.all(sampleTrails.map((trail) => trail(tables)))).filter((note) => note !== undefined);
  for (const { of, rows } of samples) {
    const TableName = tables.names[of.table];
    // As it is once the worker has seen it: nothing changes by itself after the start.
    const items = rows.map((row) => marshall(row) as Item).map((item) => of.stored?.(item) ?? item);
    const write = async () => {
      for (const Item of items) await tables.client.call("PutItem", { TableName, Item });
    };
    await notes.reduce<() => Promise<void>>((inner, note) => () => note(of.name, items, inner), write)();
  }
}
