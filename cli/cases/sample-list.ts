import { existsSync } from "node:fs";
import { join } from "node:path";
import { tidy } from "../../lambda/rules/access-list/hygiene";
import { recordId } from "../../lambda/sign-up/records";
import type { Row } from "../../lambda/sign-up/rule";
import { readSamples, SAMPLE_LIST, SamplesError } from "../../local/samples";
import { CommandError } from "../failure";
import { LIST_FILE } from "./find";

/** The list of a folder's cases as the engine reads it: rows by `recordId`. */
export function sampleList(casesFolder: string): ReadonlyMap<string, Row> {
  const own = join(casesFolder, LIST_FILE);
  const file = existsSync(own) ? own : SAMPLE_LIST;
  const rows = new Map<string, Row>();
  for (const row of samplesOf(file)) {
    // As the hygiene worker keeps it.
    const { key } = tidy(row);
    const id = recordId({ table: "accessList", key: { entry: key } });
    if (rows.has(id)) throw new CommandError(`${file}: two rows mean the entry ${key}.`);
    rows.set(id, { ...row, entry: key });
  }
  return rows;
}

function samplesOf(file: string): readonly Row[] {
  try {
    return readSamples(file);
  } catch (error) {
    if (error instanceof SamplesError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}
