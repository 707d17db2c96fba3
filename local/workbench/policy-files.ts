import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { withRelativePaths } from "../../lib/app-root";
import { stepFiles } from "../../lib/policy-folder/policy-folder";
import { foundIn, readSources } from "../../lib/policy-folder/source-files";
import { PersonError } from "../../simulator/client/person";
import { readSavedPerson, type SavedPerson } from "../../simulator/client/saved-person";
import { jsonFlaw } from "../data/json-flaw";

export type People = Awaited<ReturnType<typeof peopleIn>>;

/** An invalid file does not affect the others. */
export async function peopleIn(folder: string) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith(".")) : [];
  const read = await Promise.all(names.sort().map((name) => personIn(join(folder, name))));
  return {
    people: read.flatMap((each) => ("flaw" in each ? [] : [each])),
    flaws: read.flatMap((each) => ("flaw" in each ? [each.flaw] : [])),
  };
}

async function personIn(file: string): Promise<(SavedPerson & { readonly name: string }) | { readonly flaw: string }> {
  const shownFile = withRelativePaths(file);
  try {
    const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
    const flaw = await jsonFlaw(text);
    if (flaw !== undefined) return { flaw: `${shownFile}${flaw}` };
    return { name: basename(file, ".json"), ...readSavedPerson(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof PersonError) return { flaw: `${shownFile}: ${error.message}` };
    return { flaw: `${shownFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).` };
  }
}

/** Lists the short names of the custom attributes in the policy's sources. Empty if the folder cannot be read. */
export function customAttributesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  try {
    const sources = stepFiles(folder).flatMap(readSources);
    const attributes = sources.flatMap((source) => foundIn(source, /\b(extension_[A-Za-z][A-Za-z0-9_]*)/g));
    return [...new Set(attributes.map(({ name }) => name))].sort();
  } catch {
    return [];
  }
}
