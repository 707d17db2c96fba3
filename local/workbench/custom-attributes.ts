import { stepFiles } from "../../lib/policy-folder/policy-folder";
import { foundIn, sourcesOf } from "../../lib/policy-folder/source-files";

/** Short names of the custom attributes that a policy's files speak of, as they are saved; none for a folder that cannot be read. */
export function customAttributesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  try {
    const sources = stepFiles(folder).flatMap(sourcesOf);
    const found = sources.flatMap((source) => foundIn(source, /\b(extension_[A-Za-z][A-Za-z0-9_]*)/g));
    return [...new Set(found.map(({ name }) => name))].sort();
  } catch {
    return [];
  }
}
