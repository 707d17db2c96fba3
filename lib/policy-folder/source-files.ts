import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Step } from "../../engine/sign-up/sign-up";
import { withRelativePaths } from "../app-root";

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Returns a step's own file, then the other TypeScript files of its folder, without cases. Empty if the policy is from no file. */
export function readSources({ file }: Pick<SourceFile, "file">): readonly SourceFile[] {
  if (!existsSync(file)) return [];
  const folder = dirname(file);
  const others = typeScriptIn(folder)
    .filter((each) => each !== file)
    .sort();
  return [file, ...others].map((each) => ({ file: each, text: readFileSync(each, "utf8") }));
}

/** Returns the files of several steps without repetition. */
export function sourcesOfAll(steps: readonly Pick<SourceFile, "file">[]): readonly SourceFile[] {
  return [...new Map(steps.flatMap(readSources).map((source) => [source.file, source])).values()];
}

/** Returns a folder's TypeScript files. Node's own recursive listing would follow a link to packages. */
function typeScriptIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["cases", "node_modules"].includes(entry.name) ? [] : typeScriptIn(path);
    return entry.name.endsWith(".ts") ? path : [];
  });
}

/** Returns the beginning of a sentence: "policy/before-create-user.ts:7: ", or "In before-create-user, " if no file has the name. */
export function findPlace(step: Step, sources: readonly SourceFile[], name: string): string {
  const word = new RegExp(`(?<![\\w$-])${name.replace(/[^\w]/g, "\\$&")}(?![\\w$-])`);
  for (const { file, text } of sources) {
    const line = text.split("\n").findIndex((each) => word.test(each.replace(/^\s*(\/\/|\/?\*).*/, "")));
    if (line >= 0) return `${withRelativePaths(file)}:${line + 1}: `;
  }
  return `In ${step}, `;
}

/** Returns the place of a character in a file, as the beginning of a sentence. */
export function placeAt({ file, text }: SourceFile, index: number): string {
  return `${withRelativePaths(file)}:${text.slice(0, index).split("\n").length}: `;
}

/** Returns each text that the pattern's first group matches, with its place. */
export function foundIn({ file, text }: SourceFile, pattern: RegExp): readonly { readonly name: string; readonly place: string }[] {
  return text.split("\n").flatMap((line, index) =>
    [...line.replace(/^\s*(\/\/|\/?\*).*/, "").matchAll(pattern)].map((match) => ({
      name: match.slice(1).find((each) => each !== undefined) as string,
      place: `${withRelativePaths(file)}:${index + 1}: `,
    })),
  );
}
