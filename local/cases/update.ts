import { readFileSync, writeFileSync } from "node:fs";
import { applyEdits, modify } from "jsonc-parser";
import { expectationPath } from "./case-file";
import type { Expectation } from "./format";

export interface CaseUpdate {
  /** Absolute path. */
  readonly file: string;
  readonly index: number;
  readonly name: string;
  readonly before: Expectation | undefined;
  readonly after: Expectation;
}

/** Changes only the expectations in the case files. */
export function writeUpdates(updates: readonly CaseUpdate[]): void {
  for (const file of new Set(updates.map((each) => each.file))) {
    const text = updates.filter((each) => each.file === file).reduce(applyCaseUpdate, readFileSync(file, "utf8"));
    writeFileSync(file, text);
  }
}

function applyCaseUpdate(text: string, { index, after }: CaseUpdate): string {
  const formattingOptions = { insertSpaces: !/^\t/m.test(text), tabSize: 2 };
  return applyEdits(text, modify(text, [...expectationPath(index)], after, { formattingOptions }));
}
