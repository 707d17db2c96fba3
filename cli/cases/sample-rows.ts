import { existsSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../adapters/tables/tables";
import { rowKey } from "../../engine/access-list/entry";
import { tidy } from "../../engine/access-list/hygiene";
import { recordId } from "../../engine/sign-up/records";
import type { Row } from "../../engine/sign-up/rule";
import { packageRoot } from "../../lib/package-root";
import { readRows, readSamples, SamplesError } from "../../local/data/samples";
import { CommandError } from "../failure";
import { tableFiles } from "./find";

/** What the tables of a folder's cases hold, by `recordId`, as the engine reads it: the folder's own files, else the samples. */
export async function sampleRows(casesFolder: string): Promise<ReadonlyMap<string, Row>> {
  const fileOf = (name: string) => [join(casesFolder, name), join(packageRoot, "samples", name)].find(existsSync) as string;
  try {
    return new Map([
      ...(await listIn(fileOf(tableFiles.accessList))),
      ...rowsIn(fileOf(tableFiles.profiles), "profiles"),
      ...rowsIn(fileOf(tableFiles.referenceData), "referenceData"),
    ]);
  } catch (error) {
    if (error instanceof SamplesError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}

async function listIn(file: string): Promise<ReadonlyMap<string, Row>> {
  const rows = new Map<string, Row>();
  for (const row of await readSamples(file)) {
    // As the hygiene worker keeps it.
    const { key } = tidy(row);
    const id = recordId(rowKey(key));
    if (rows.has(id)) throw new CommandError(`${file}: two rows mean the entry ${key}.`);
    rows.set(id, { ...row, entry: key });
  }
  return rows;
}

function rowsIn(file: string, table: "profiles" | "referenceData"): readonly (readonly [string, Row])[] {
  return readRows(file, table).map((row) => {
    const key = Object.fromEntries(tables[table].key.map((name) => [name, row[name] as string]));
    return [recordId({ table, key }), row] as const;
  });
}
