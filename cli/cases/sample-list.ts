import { existsSync } from "node:fs";
import { join } from "node:path";
import { rowKey } from "../../lambda/rules/access-list/entry";
import { tidy } from "../../lambda/rules/access-list/hygiene";
import { recordId } from "../../lambda/sign-up/records";
import type { Row } from "../../lambda/sign-up/rule";
import { readSamples, SAMPLE_LIST, SamplesError } from "../../local/samples";
import { CommandError } from "../failure";
import { LIST_FILE } from "./find";

/** The list of a folder's cases as the engine reads it: rows by `recordId`. */
export async function sampleList(casesFolder: string): Promise<ReadonlyMap<string, Row>> {
  const own = join(casesFolder, LIST_FILE);
  return await listIn(existsSync(own) ? own : SAMPLE_LIST);
}

async function listIn(file: string): Promise<ReadonlyMap<string, Row>> {
  const rows = new Map<string, Row>();
  for (const row of await samplesOf(file)) {
    // As the hygiene worker keeps it.
    const { key } = tidy(row);
    const id = recordId(rowKey(key));
    if (rows.has(id)) throw new CommandError(`${file}: two rows mean the entry ${key}.`);
    rows.set(id, { ...row, entry: key });
  }
  return rows;
}

async function samplesOf(file: string): Promise<readonly Row[]> {
  try {
    return await readSamples(file);
  } catch (error) {
    if (error instanceof SamplesError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}
