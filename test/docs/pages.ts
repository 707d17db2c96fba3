import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../../lib/app-root";

/** One page of the documentation. */
export interface Page {
  /** Relative to the project's root, with slashes: `docs/policy.md`. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** The line of its first line of code. */
  readonly line: number;
  /** What stands behind the fence: `ts`, `json`, or nothing for commands and output. */
  readonly language: string;
  readonly code: string;
}

/** Every Markdown page at the root and below docs/. */
export const pages: readonly Page[] = [packageRoot, join(packageRoot, "docs")].flatMap((folder, index) =>
  readdirSync(folder, { recursive: index > 0, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file))
    .map((file) => ({ name: relative(packageRoot, file).replaceAll("\\", "/"), text: readFileSync(file, "utf8") })),
);

export function blocksOf({ name, text }: Page): readonly Block[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].map((found) => ({
    page: name,
    line: text.slice(0, found.index).split("\n").length + 1,
    language: found[1] ?? "",
    code: found[2] ?? "",
  }));
}

export const blocks: readonly Block[] = pages.flatMap(blocksOf);
